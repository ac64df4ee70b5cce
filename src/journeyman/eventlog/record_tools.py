"""The recorder of an agent's tools: what was asked for, what came of it, every byte of both kept."""

import json
import time

from journeyman.domain.agent_events import ToolCalled
from journeyman.domain.prompt import Tool, ToolCall, ToolResult
from journeyman.ports.events import Step
from journeyman.ports.tools import Tools

_LINE_CHARACTERS = 200
_SAYS_MOST = ("path", "command", "query", "summary", "reason")


class RecordedTools:
    """Writes down every call of a model and its result."""

    def __init__(self, tools: Tools, step: Step) -> None:
        self._tools = tools
        self._step = step

    @property
    def offered(self) -> tuple[Tool, ...]:
        """What the tools within offer."""
        return self._tools.offered

    async def call(self, call: ToolCall) -> ToolResult:
        """Do what the tools within do."""
        began = time.monotonic()
        result = await self._tools.call(call)
        await self._step.append(
            ToolCalled(
                tool=call.name[:_LINE_CHARACTERS],
                about=_about(call),
                failed=result.failed,
                said=_line(result.text),
                arguments_body=await self._step.keep(call.arguments.encode("utf-8", "backslashreplace")),
                result_body=await self._step.keep(result.text.encode("utf-8", "backslashreplace")),
                duration_s=round(time.monotonic() - began, 3),
            )
        )
        return result


def _about(call: ToolCall) -> str:
    try:
        given = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        return ""
    named = [given[key] for key in _SAYS_MOST if isinstance(given.get(key), str)] if isinstance(given, dict) else []
    return _line(named[0]) if named else ""


def _line(text: str) -> str:
    line = text.strip().partition("\n")[0][:_LINE_CHARACTERS]
    return line.encode("utf-8", "backslashreplace").decode()
