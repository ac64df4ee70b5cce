"""The seam to isolated execution: Command -> CommandResult."""

from typing import Protocol

from journeyman.domain.command import Command, CommandResult


class Sandbox(Protocol):
    """A place where untrusted code runs without reaching anything else."""

    async def run(self, command: Command) -> CommandResult:
        """Run one command and return when every process it started is dead.

        A command that fails, is missing or hits a limit is a CommandResult, not an error.
        Cancelling the call kills everything that was started.

        Raises:
            AdapterError: the sandbox itself could not be made.
        """
        ...
