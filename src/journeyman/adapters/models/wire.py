"""A prompt as the messages and parameters of pydantic-ai, and its answer as a completion."""

import json
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from journeyman.domain.prompt import FinishReason, Prompt, Role, Tool, ToolCall, Turn

if TYPE_CHECKING:
    from pydantic import TypeAdapter
    from pydantic_ai.messages import ModelMessage, ModelResponse, ModelResponsePart
    from pydantic_ai.models import ModelRequestParameters

_FINISH_REASONS = {
    "stop": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "tool_call": FinishReason.TOOLS,
    "content_filter": FinishReason.FILTERED,
}


def messages_of(prompt: Prompt, *, system: str) -> "list[ModelMessage]":
    """Return a prompt's words as messages; `system` is who is asked, as pydantic-ai calls it."""
    from pydantic_ai.messages import ModelRequest, ModelResponse, SystemPromptPart, ToolReturnPart, UserPromptPart

    messages: list[ModelMessage] = []
    if prompt.system:
        messages.append(ModelRequest(parts=[SystemPromptPart(prompt.system)]))
    for turn in prompt.turns:
        if turn.role is Role.MODEL:
            messages.append(ModelResponse(parts=_said(turn, system), provider_name=system))
            continue
        parts: list[Any] = [
            ToolReturnPart(
                tool_name=result.name,
                content=result.text,
                tool_call_id=result.call_id,
                outcome="failed" if result.failed else "success",
            )
            for result in turn.results
        ]
        if turn.text or not parts:
            parts.append(UserPromptPart(turn.text))
        messages.append(ModelRequest(parts=parts))
    return messages


def parameters_of(tools: tuple[Tool, ...]) -> "ModelRequestParameters":
    """Return the tools that a prompt offers, as pydantic-ai wants them."""
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.tools import ToolDefinition

    return ModelRequestParameters(
        function_tools=[
            # Not strict: providers rewrite the schema for it, each in its own way, and harness answers bad arguments.
            ToolDefinition(
                name=tool.name,
                description=tool.description,
                parameters_json_schema=json.loads(tool.parameters),
                strict=False,
            )
            for tool in tools
        ]
    )


def text_of(response: "ModelResponse") -> str:
    """Return what the model said, without its thoughts."""
    return "".join(part.content for part in response.parts if part.part_kind == "text")


def calls_of(response: "ModelResponse") -> tuple[ToolCall, ...]:
    """Return the tools that the model asks for, their arguments as it wrote them, well-formed or not."""
    return tuple(
        ToolCall(id=part.tool_call_id, name=part.tool_name, arguments=_arguments(part.args))
        for part in response.parts
        if part.part_kind == "tool-call"
    )


def native_of(response: "ModelResponse", *, system: str) -> str:
    """Return the turn as its provider wrote it, or nothing where text and calls say it all."""
    if all(_is_plain(part) for part in response.parts):
        return ""
    parts = _parts_adapter().dump_python(list(response.parts), mode="json", exclude_defaults=True)
    # Which kind a part is, is a default of it too.
    named = [{"part_kind": part.part_kind, **fields} for part, fields in zip(response.parts, parts, strict=True)]
    return json.dumps({"system": system, "parts": named}, ensure_ascii=False, separators=(",", ":"))


def finish_reason_of(response: "ModelResponse") -> FinishReason:
    """Return why the model stopped; an answer without a reason may have been cut off on its way."""
    if not (response.provider_details or {}).get("finish_reason"):
        # The library calls that `stop`; we do not.
        return FinishReason.FILTERED if response.finish_reason == "content_filter" else FinishReason.OTHER
    reason = _FINISH_REASONS.get(response.finish_reason or "", FinishReason.OTHER)
    # Some providers stop for calls without saying so.
    if reason is FinishReason.STOP and any(part.part_kind == "tool-call" for part in response.parts):
        return FinishReason.TOOLS
    return reason


def _said(turn: Turn, system: str) -> "list[ModelResponsePart]":
    from pydantic_ai.messages import TextPart, ToolCallPart

    if turn.native:
        native = json.loads(turn.native)
        if native["system"] == system:
            return _parts_adapter().validate_python(native["parts"])
    parts: list[ModelResponsePart] = []
    if turn.text or not turn.calls:
        parts.append(TextPart(turn.text))
    parts += [ToolCallPart(tool_name=call.name, args=call.arguments, tool_call_id=call.id) for call in turn.calls]
    return parts


def _arguments(args: object) -> str:
    return args or "{}" if isinstance(args, str) else json.dumps(args or {}, ensure_ascii=False)


def _is_plain(part: "ModelResponsePart") -> bool:
    bare = part.part_kind in {"text", "tool-call"}
    return bare and not getattr(part, "provider_details", None) and not getattr(part, "id", None)


@cache
def _parts_adapter() -> "TypeAdapter[list[ModelResponsePart]]":
    from pydantic import TypeAdapter
    from pydantic_ai.messages import ModelResponsePart

    return cast("TypeAdapter[list[ModelResponsePart]]", TypeAdapter(list[ModelResponsePart]))
