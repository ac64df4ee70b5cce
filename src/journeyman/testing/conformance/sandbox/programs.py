"""Running a few lines of Python in the sandbox under test."""

import asyncio
import json
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from journeyman.domain.command import Command, CommandResult, Ending, Limits, Mount
from journeyman.ports.sandbox import Sandbox


class SandboxPrograms:
    """What the suites share: which Python runs inside, and how it is asked."""

    interpreter: ClassVar[str] = "python3"
    mounts: ClassVar[tuple[Mount, ...]] = ()

    def program(self, source: str, workspace: Path, *arguments: object) -> Command:
        """Return the command that runs Python source with arguments; a minute is more than it needs."""
        return Command(
            argv=(self.interpreter, "-I", "-c", textwrap.dedent(source), *map(str, arguments)),
            workspace=workspace,
            mounts=self.mounts,
            limits=Limits(wall_time_s=60.0),
        )

    async def answer(self, sandbox: Sandbox, command: Command) -> object:
        """Return the JSON a program printed; it must have ended well."""
        result = await sandbox.run(command)
        assert ended_well(result), result
        return json.loads(result.output)


async def started(sandbox: Sandbox, command: Command) -> "asyncio.Task[CommandResult]":
    """Return the running command once its first output has arrived.

    Output is the one sign that every sandbox gives: one that copies shows a workspace only at the end.
    """
    heard = asyncio.Event()

    async def listen(_: bytes) -> None:
        heard.set()

    running = asyncio.ensure_future(sandbox.run(command, listener=listen))
    hearing = asyncio.ensure_future(heard.wait())
    await asyncio.wait({running, hearing}, return_when=asyncio.FIRST_COMPLETED)
    assert not running.done(), running
    return running


def ended_well(result: CommandResult) -> bool:
    """Say whether a command exited with status 0."""
    return result.ending is Ending.EXITED and result.exit_status == 0


def limited(command: Command, limits: Limits) -> Command:
    """Return the command with other limits."""
    return replace(command, limits=limits)


@contextmanager
def raises(kind: type[BaseException], *, saying: str = "") -> Iterator[None]:
    """Require that a block raises; as pytest's, which is not needed here."""
    caught = ""
    try:
        yield
    except kind as error:
        caught = f"{type(error).__name__}: {error}"
    assert caught, f"no {kind.__name__} was raised"
    assert saying in caught, caught
