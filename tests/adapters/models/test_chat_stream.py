"""An answer that arrives in pieces, from servers that cut it in their own ways."""

import json
from typing import Any

import pytest

from journeyman.adapters.models.chat_stream import Pieces
from journeyman.adapters.models.chat_wire import answer_of
from journeyman.adapters.models.failure import Failure
from journeyman.domain.prompt import FinishReason, ToolCall


def piece(finish_reason: str | None = None, **delta: Any) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return f"data: {json.dumps({'id': 'x1', 'model': 'm', 'choices': [choice]})}"


def test_calls_are_put_together_by_their_number() -> None:
    pieces = Pieces()
    start = {"index": 0, "id": "a", "type": "function", "function": {"name": "view", "arguments": ""}}
    other = {"index": 1, "id": "b", "type": "function", "function": {"name": "finish", "arguments": "{}"}}
    for line in (
        ": a comment",
        piece(role="assistant", content=None, reasoning="I "),
        piece(tool_calls=[start], reasoning="look"),
        piece(tool_calls=[{"index": 0, "function": {"arguments": '{"path"'}}, other]),
        piece(tool_calls=[{"index": 0, "function": {"arguments": ': "a"}'}}]),
        piece("tool_calls"),
        'data: {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}}',
        "data: [DONE]",
    ):
        pieces.add(line)
    answer = answer_of(pieces.whole(), "openai-compatible")
    assert answer.calls == (
        ToolCall(id="a", name="view", arguments='{"path": "a"}'),
        ToolCall(id="b", name="finish", arguments="{}"),
    )
    assert answer.finish_reason is FinishReason.TOOLS
    assert json.loads(answer.native)["fields"] == {"reasoning": "I look"}
    assert (answer.input_tokens, answer.output_tokens, answer.response_id) == (9, 2, "x1")


def test_a_stream_without_an_end_is_none() -> None:
    pieces = Pieces()
    pieces.add(piece(content="half of"))
    with pytest.raises(Failure, match="broke off"):
        pieces.whole()


@pytest.mark.parametrize("line", ['data: {"cho', "data: [1]", 'data: {"choices": [1]}', 'data: {"choices": 3}'])
def test_a_damaged_piece_is_a_failure(line: str) -> None:
    with pytest.raises(Failure) as caught:
        Pieces().add(line)
    assert caught.value.transient
