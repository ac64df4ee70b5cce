"""OpenAI's chat completions as text: a prompt as the body of a request, the body of a response as a completion.

Pure functions. The messages come last in the body and keys keep their order, so a request is, byte for byte and apart
from closing brackets, how the next request of the same conversation begins: what servers keep, they can use.
"""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from journeyman.adapters.models.endpoint import Endpoint
from journeyman.adapters.models.failure import Failure, Reason
from journeyman.domain.prompt import FinishReason, Prompt, Role, Tool, ToolCall, Turn

_FINISH_REASONS = {
    "stop": FinishReason.STOP,
    "length": FinishReason.LENGTH,
    "tool_calls": FinishReason.TOOLS,
    "function_call": FinishReason.TOOLS,
    "content_filter": FinishReason.FILTERED,
}
_GIVEN_BACK = ("reasoning", "reasoning_content", "reasoning_details")
"""Thoughts, as different servers name them; they want them back under the same name."""
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
_WITHOUT_TEMPERATURE = re.compile(r"o\d|gpt-5(?!\.\d|-chat)")
"""OpenAI's models that always reason refuse to be told how to sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a body says, before it has a price."""

    text: str
    calls: tuple[ToolCall, ...]
    native: str
    finish_reason: FinishReason
    served_model: str
    response_id: str
    measured: bool
    """Whether it says what it took."""
    input_tokens: int
    cached_tokens: int
    output_tokens: int


def body_of(endpoint: Endpoint, prompt: Prompt, extra_body: Mapping[str, object]) -> bytes:
    """Return the body of a request; `extra_body` is sent along, for servers that understand more than OpenAI's."""
    openai = endpoint.scheme == "openai"
    body: dict[str, Any] = {"model": endpoint.model}
    if not (openai and _WITHOUT_TEMPERATURE.match(endpoint.model)):
        body["temperature"] = prompt.temperature
    if prompt.seed is not None:
        body["seed"] = prompt.seed
    # The old name is the one that other servers know.
    body["max_completion_tokens" if openai else "max_tokens"] = prompt.max_tokens
    if key := endpoint.cache_key(prompt):
        body["prompt_cache_key"] = key
    if endpoint.stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    body |= extra_body
    if prompt.tools:
        body |= {"tools": [_offered(tool) for tool in prompt.tools], "tool_choice": "auto"}
    body["messages"] = _messages(endpoint.begun(prompt), endpoint.scheme)
    # Half a character, as a model that was cut off may have said, is no text that could be sent.
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def answer_of(document: object, scheme: str) -> Answer:
    """Return what a whole response says.

    Raises:
        Failure: it is not one.
    """
    if not isinstance(document, dict) or not isinstance(choices := document.get("choices"), list) or not choices:
        raise Failure(Reason.BROKEN, f"it sent no answer: {json.dumps(document, ensure_ascii=False)[:200]}")
    choice = choices[0]
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        raise Failure(Reason.BROKEN, "it sent an answer without a message")
    said = _text(message.get("content"))
    raw_calls = [call for call in message.get("tool_calls") or () if isinstance(call, dict)]
    calls = tuple(_call(call) for call in raw_calls)
    usage = document.get("usage")
    tokens = usage if isinstance(usage, dict) else {}
    details = tokens.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    return Answer(
        text=_THOUGHT.sub("", said),
        calls=calls,
        native=_native(message, said, raw_calls, scheme),
        finish_reason=_finish_reason(choice, message, calls=bool(calls)),
        served_model=str(document.get("model") or ""),
        response_id=str(document.get("id") or ""),
        measured=bool(tokens),
        input_tokens=_count(tokens.get("prompt_tokens")),
        cached_tokens=_count(tokens.get("prompt_cache_hit_tokens") if cached is None else cached),
        output_tokens=_count(tokens.get("completion_tokens")),
    )


def _messages(prompt: Prompt, scheme: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    if prompt.system:
        messages.append({"role": "system", "content": prompt.system})
    for turn in prompt.turns:
        if turn.role is Role.MODEL:
            messages.append(_said(turn, scheme))
            continue
        for result in turn.results:
            content = json.dumps({"error": result.text}, ensure_ascii=False) if result.failed else result.text
            messages.append({"role": "tool", "tool_call_id": result.call_id, "content": content})
        if turn.text or not turn.results:
            messages.append({"role": "user", "content": turn.text})
    return messages


def _said(turn: Turn, scheme: str) -> dict[str, Any]:
    content: str | None = turn.text
    calls = [_sent_back(call) for call in turn.calls]
    fields: dict[str, Any] = {}
    native = json.loads(turn.native) if turn.native else {}
    if native.get("system") == f"chat:{scheme}":
        content, fields = native["content"], native["fields"]
        calls = [call | more for call, more in zip(calls, native["calls"], strict=True)]
    message: dict[str, Any] = {"role": "assistant", "content": content or (None if calls else ""), **fields}
    if calls:
        message["tool_calls"] = calls
    return message


def _native(message: dict[str, Any], said: str, calls: list[dict[str, Any]], scheme: str) -> str:
    """Return what text and calls do not say of a turn and its server wants back: thoughts, and signatures of calls."""
    fields = {name: message[name] for name in _GIVEN_BACK if message.get(name)}
    more = [{name: value for name, value in call.items() if name not in _CALL} for call in calls]
    if not fields and not any(more) and not _THOUGHT.search(said):
        return ""
    native = {"system": f"chat:{scheme}", "content": said, "fields": fields, "calls": more}
    return json.dumps(native, ensure_ascii=False, separators=(",", ":"))


_CALL = frozenset({"id", "type", "index", "function"})


def _call(call: dict[str, Any]) -> ToolCall:
    function = call.get("function")
    named = function if isinstance(function, dict) else {}
    arguments = named.get("arguments")
    return ToolCall(
        # A result must name its call: who gives no id gets one.
        id=str(call.get("id") or f"call-{secrets.token_hex(8)}"),
        name=str(named.get("name") or ""),
        arguments=arguments or "{}" if isinstance(arguments, str) else json.dumps(arguments or {}, ensure_ascii=False),
    )


def _sent_back(call: ToolCall) -> dict[str, Any]:
    try:
        whole = isinstance(json.loads(call.arguments), dict)
    except ValueError:
        whole = False
    # Servers parse what they sent, and refuse the conversation for ever after if they cannot.
    arguments = call.arguments if whole else json.dumps({"INVALID_JSON": call.arguments}, ensure_ascii=False)
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}


def _offered(tool: Tool) -> dict[str, Any]:
    function = {"name": tool.name, "description": tool.description, "parameters": json.loads(tool.parameters)}
    return {"type": "function", "function": function}


def _finish_reason(choice: dict[str, Any], message: dict[str, Any], *, calls: bool) -> FinishReason:
    """Return why the model stopped; an answer without a reason may have been cut off on its way."""
    if message.get("refusal") and not message.get("content"):
        return FinishReason.FILTERED
    reason = _FINISH_REASONS.get(str(choice.get("finish_reason") or ""), FinishReason.OTHER)
    # Some servers stop for calls without saying so.
    return FinishReason.TOOLS if calls and reason is FinishReason.STOP else reason


def _text(content: object) -> str:
    """Return the words of a message, given as one text or in parts."""
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _count(value: object) -> int:
    return int(value) if isinstance(value, int | float) else 0
