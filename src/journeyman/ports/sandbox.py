"""The seam to isolated execution: Command -> CommandResult."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from journeyman.domain.command import Command, CommandResult
from journeyman.domain.errors import AdapterError

Listener = Callable[[bytes], Awaitable[None]]
"""Is given a command's output while it runs."""


class Sandbox(Protocol):
    """A place where untrusted code runs without reaching anything else."""

    async def run(self, command: Command, *, listener: Listener | None = None) -> CommandResult:
        """Run one command and return when every process it started is dead.

        A command that fails, is missing or hits a limit is a CommandResult, not an error.
        Cancelling the call kills everything that was started.

        `listener` is awaited with each piece of output as it arrives, 64 KiB at most; joined, the pieces
        are the result's `output`. Nothing more is read meanwhile, so a slow listener slows the command.
        What it raises ends the command and is raised here.

        Raises:
            AdapterError: the sandbox itself could not be made.
        """
        ...

    def warm(self, world: Command) -> AbstractAsyncContextManager["Sandbox"]:
        """Hold a sandbox for many commands over one world: the `world` of this command.

        Each has its own arguments, environment, input, limits and ending, and is as alone as ever:
        what it started is dead when its `run` returns. Temporary files and the home may last until
        the context ends, never longer. A command over another world is refused (ValueError).
        Leaving the context kills what still runs.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What a driver says of itself, for people: shown by `doctor` and at the start of a run."""

    driver: str
    """As in `CommandResult.sandbox`."""
    weaker: tuple[str, ...] = ()
    """What it cannot enforce, each in one clause."""
    passed_over: tuple[str, ...] = ()
    """Stronger drivers that were tried before it and did not work, each with its reason."""
    confined: bool = True
    """Whether it is a sandbox at all."""
    allows_hosts: bool = True
    """Whether commands may name hosts to reach; a driver that cannot hold them to those refuses such a command."""

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it, a line each, the driver first."""
        failed = (f"a stronger sandbox does not work here: {reason}" for reason in self.passed_over)
        return (f"sandbox: {self.driver}", *failed, *(f"it cannot enforce everything: {lack}" for lack in self.weaker))


@runtime_checkable
class Declares(Protocol):
    """A sandbox that says what it cannot enforce; every driver should."""

    declaration: Declaration


def declaration_of(sandbox: object) -> Declaration:
    """Return what a sandbox says of itself; silence is a weakness."""
    if isinstance(sandbox, Declares):
        return sandbox.declaration
    return Declaration(driver=type(sandbox).__name__, weaker=("it does not say what it cannot enforce",))


@runtime_checkable
class Layering(Protocol):
    """What a sandbox is besides that can lay a workspace over a base."""

    async def layers(self) -> bool:
        """Say whether it can here: whether commands may have a `base`."""
        ...


async def can_layer(sandbox: Sandbox) -> bool:
    """Say whether commands of a sandbox may have a `base`."""
    return isinstance(sandbox, Layering) and await sandbox.layers()


class OneWorld:
    """Runs the commands of one world with any sandbox: the way to be warm for one that keeps nothing up."""

    def __init__(self, sandbox: Sandbox, world: Command) -> None:
        self._sandbox = sandbox
        self._world = world.world
        self._running: set[asyncio.Task[CommandResult]] = set()
        self._open = True

    async def run(self, command: Command, *, listener: Listener | None = None) -> CommandResult:
        """Run a command of this world."""
        self._require(command)
        running = asyncio.ensure_future(self._sandbox.run(command, listener=listener))
        self._running.add(running)
        try:
            return await running
        except asyncio.CancelledError:
            if not self._open:
                raise AdapterError("the warm sandbox was left while a command ran in it") from None
            raise
        finally:
            self._running.remove(running)

    @asynccontextmanager
    async def warm(self, world: Command) -> AsyncIterator[Sandbox]:
        """Hold what is held already."""
        self._require(world)
        yield self

    async def close(self) -> None:
        """Kill what runs; nothing more will."""
        self._open = False
        for running in self._running:
            running.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _require(self, command: Command) -> None:
        if not self._open:
            raise ValueError("this warm sandbox was left")
        if command.world != self._world:
            raise ValueError("a warm sandbox runs the commands of its own world alone")


@asynccontextmanager
async def one_world(sandbox: Sandbox, world: Command) -> AsyncIterator[Sandbox]:
    """Fill `warm` for a sandbox that keeps nothing up between commands."""
    held = OneWorld(sandbox, world)
    try:
        yield held
    finally:
        await held.close()
