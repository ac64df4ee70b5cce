"""A sandbox for tests of what uses one: it runs nothing, it answers."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from journeyman.domain.command import Command, CommandResult, Ending
from journeyman.ports.sandbox import Listener, Sandbox, one_world

_PIECE_BYTES = 65536


class FakeSandbox:
    """Answers each command with what a handler says; keeps the commands in `commands`.

    It is honest about what a real sandbox would do to an answer: output and report are cut at the
    command's limit, which is an ending of its own, and no report comes back that was not asked for.
    """

    def __init__(self, handler: Callable[[Command], CommandResult]) -> None:
        self.commands: list[Command] = []
        self._handler = handler

    async def run(self, command: Command, *, listener: Listener | None = None) -> CommandResult:
        """Record the command and return the handler's answer, its output in pieces to the listener first."""
        self.commands.append(command)
        result = self._handler(command)
        limit = command.limits.output_bytes
        report = result.report if command.report else b""
        overflowed = max(len(result.output), len(report)) > limit
        output = result.output[:limit]
        if listener:
            for start in range(0, len(output), _PIECE_BYTES):
                await listener(output[start : start + _PIECE_BYTES])
        return replace(
            result,
            output=output,
            report=report[:limit],
            ending=Ending.OUTPUT_TRUNCATED if overflowed else result.ending,
            sandbox=result.sandbox or "fake",
        )

    def warm(self, world: Command) -> AbstractAsyncContextManager[Sandbox]:
        """Answer the commands of one world; they are kept in `commands` like all."""
        return one_world(self, world)
