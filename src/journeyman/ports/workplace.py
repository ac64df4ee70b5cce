"""The seam to a place where an agent works: one copy of a tree, commands in it, and what they changed."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from journeyman.domain.candidate import FileChange
from journeyman.domain.command import CommandResult, Limits


class Workplace(Protocol):
    """One workspace in a sandbox; each command finds what the ones before it left."""

    @property
    def facts(self) -> tuple[str, ...]:
        """What there is to work with, a line each: the same for the same base and machine."""
        ...

    async def run(self, argv: tuple[str, ...], *, stdin: bytes = b"", limits: Limits) -> CommandResult:
        """Run one command from the root of the workspace and return when all that it started is dead.

        Raises:
            AdapterError: the sandbox failed.
        """
        ...

    async def changes(self) -> tuple[FileChange, ...]:
        """Read back, safely, how the workspace differs from its tree; nothing may run in it meanwhile.

        Raises:
            UnsafeTreeError: it holds something that must not be read.
        """
        ...


class Workplaces(Protocol):
    """Lends workplaces."""

    def open(self, tree: str) -> AbstractAsyncContextManager[Workplace]:
        """Lend a new one that holds a tree; it is thrown away whole."""
        ...
