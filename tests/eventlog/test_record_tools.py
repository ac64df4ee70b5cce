"""The recorder of tools: every call is a fact with its bodies, and the result is the tools' own."""

from dataclasses import dataclass

from journeyman.domain.agent_events import ToolCalled
from journeyman.domain.prompt import Tool, ToolCall, ToolResult
from journeyman.eventlog.describe import describe
from journeyman.eventlog.record_tools import RecordedTools
from journeyman.ports.events import Step
from journeyman.testing.events import MemoryLog


@dataclass
class Echo:
    offered: tuple[Tool, ...] = (Tool(name="echo", description="", parameters="{}"),)

    async def call(self, call: ToolCall) -> ToolResult:
        return ToolResult(call_id=call.id, name=call.name, text=f"first\n{call.arguments}", failed=call.name != "echo")


async def test_a_call_and_its_result_are_kept_whole() -> None:
    log = MemoryLog()
    tools = RecordedTools(Echo(), Step(log.run("r"), "run"))
    assert [tool.name for tool in tools.offered] == ["echo"]
    result = await tools.call(ToolCall(id="1", name="echo", arguments='{"command": "ls\\n-l"}'))
    await tools.call(ToolCall(id="2", name="fly", arguments="{\ud800"))
    (first, second) = await log.records("r")
    assert isinstance(first.event, ToolCalled)
    assert isinstance(second.event, ToolCalled)
    assert (first.event.tool, first.event.about, first.event.said) == ("echo", "ls", "first")
    assert await log.body(first.event.result_body) == result.text.encode()
    assert await log.body(first.event.arguments_body) == b'{"command": "ls\\n-l"}'
    assert (second.event.failed, second.event.about) == (True, "")
    assert describe(first).startswith("tool: echo ls (")
    assert describe(second).endswith("failed, first")
