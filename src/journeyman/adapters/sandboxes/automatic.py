"""The `auto` driver: the strongest sandbox that really works here, by name and with its weaknesses; else none at all.

The chain ends in a refusal. `none` is no member of it, and never will be.
"""

import sys
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import cast

from journeyman.domain.command import Command, CommandResult
from journeyman.domain.errors import AdapterError, UserError
from journeyman.plugins import find_factory
from journeyman.ports.sandbox import Declaration, Listener, Sandbox, can_layer, declaration_of
from journeyman.settings import Settings

CHAINS = {"linux": ("bubblewrap", "container"), "darwin": ("container", "seatbelt")}
"""Strongest first. On macOS containers are in a virtual machine, so they come before the system's own sandbox."""


class ChosenSandbox:
    """What was chosen, and what was passed over for it."""

    def __init__(self, chosen: Sandbox, passed_over: tuple[str, ...]) -> None:
        self.declaration: Declaration = replace(declaration_of(chosen), passed_over=passed_over)
        self._chosen = chosen

    async def run(self, command: Command, *, listener: Listener | None = None) -> CommandResult:
        """Run one command (see `journeyman.ports.sandbox.Sandbox`)."""
        return await self._chosen.run(command, listener=listener)

    async def layers(self) -> bool:
        """Say what the chosen driver says."""
        return await can_layer(self._chosen)

    def warm(self, world: Command) -> AbstractAsyncContextManager[Sandbox]:
        """Hold a warm sandbox of the chosen driver."""
        return self._chosen.warm(world)


@asynccontextmanager
async def open_sandbox(rest: str, settings: Settings) -> AsyncIterator[ChosenSandbox]:
    """Open `auto`: try each driver of this system's chain by really running a command.

    Raises:
        UserError: none works, each with its reason; or something follows the colon.
    """
    if rest:
        raise UserError(f"`auto:{rest}` is no driver", remedy="Write `auto` alone, or name the driver itself.")
    chain = CHAINS.get(sys.platform, ())
    openers = [(scheme, partial(_open, scheme, settings)) for scheme in chain]
    async with AsyncExitStack() as stack:
        yield await first_that_works(openers, stack)


async def first_that_works(
    openers: Iterable[tuple[str, Callable[[], AbstractAsyncContextManager[object]]]], stack: AsyncExitStack
) -> ChosenSandbox:
    """Open the first driver that can be opened, which takes a command that really ran; `stack` closes it.

    Raises:
        UserError: none can, each with its reason.
    """
    failures: list[str] = []
    for scheme, opener in openers:
        try:
            opened = await stack.enter_async_context(opener())
        except (UserError, AdapterError) as error:
            failures.append(f"{scheme}: {_reason(error)}")
        else:
            return ChosenSandbox(cast("Sandbox", opened), tuple(failures))
    raise UserError(
        "\n".join(["no sandbox works on this machine, and nothing runs without one", *failures]),
        remedy="Make one of them work; `journeyman doctor` tries them again.",
    )


def _open(scheme: str, settings: Settings) -> AbstractAsyncContextManager[object]:
    return find_factory("sandboxes", scheme)("", settings)


def _reason(error: UserError | AdapterError) -> str:
    if isinstance(error, AdapterError):
        return str(error)
    return " ".join(part for part in (error.problem, f"({error.remedy})" if error.remedy else "") if part)
