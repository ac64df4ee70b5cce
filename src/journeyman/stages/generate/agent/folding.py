"""Compaction: a view of an intact log. What is folded becomes a list of what was done; nothing is summed up by a model.

The first turn (task, rules, plan) stays word for word, and so do the last steps. A fold ends where a model's turn
begins, so no call is ever parted from its result. Until the next fold the view only grows at its end.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from journeyman.domain.prompt import Role, ToolCall, ToolResult, Turn
from journeyman.prompts import estimate_tokens

_LISTED_STEPS = 60
_LINE_CHARACTERS = 160
_JUDGES = ("check", "finish")
_OVERHEAD_TOKENS = 8
"""Of the frame around each turn and call, roughly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """Where the view leaves the log."""

    upto: int = 1
    """Turns 1 up to here (exclusive) are folded."""
    text: str = ""
    """What stands for them, at the end of the first turn."""


def view(turns: Sequence[Turn], fold: Fold) -> tuple[Turn, ...]:
    """Return the turns to be sent."""
    first = replace(turns[0], text=turns[0].text + fold.text)
    return (first, *turns[fold.upto :])


def size_tokens(turns: Sequence[Turn]) -> int:
    """Return roughly how much of a context window turns take."""
    return sum(_turn_tokens(turn) for turn in turns)


def fold_point(turns: Sequence[Turn], fold: Fold, *, keep_tokens: int) -> int:
    """Return where a next fold may end: the last exchange stays whatever its size, more of them as they fit."""
    starts = [place for place in range(fold.upto, len(turns)) if turns[place].role is Role.MODEL]
    best = fold.upto
    for start in reversed(starts):
        if best != fold.upto and size_tokens(turns[start:]) > keep_tokens:
            break
        best = start
    return best


def story(turns: Sequence[Turn]) -> str:
    """Return what was done in some turns, a line a call."""
    lines = []
    results = {result.call_id: result for turn in turns for result in turn.results}
    for turn in turns:
        lines += [_deed(call, results.get(call.id)) for call in turn.calls]
        if turn.role is Role.USER and turn.text:
            lines.append(f"- (told) {_first_line(turn.text)}")
    left_out = len(lines) - _LISTED_STEPS
    return "\n".join(lines if left_out <= 0 else [f"- ({left_out} earlier steps)", *lines[-_LISTED_STEPS:]])


def last_verdict(turns: Sequence[Turn]) -> str:
    """Return what the checks last said, whole."""
    said = [result.text for turn in turns for result in turn.results if result.name in _JUDGES]
    return said[-1] if said else ""


def _deed(call: ToolCall, result: ToolResult | None) -> str:
    came = _first_line(result.text) if result else "not done"
    return f"- {call.name}({_gist(call)}) -> {came}"[:_LINE_CHARACTERS]


def _gist(call: ToolCall) -> str:
    """Return the argument that says most: where, or what."""
    try:
        given = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        return "unreadable"
    if not isinstance(given, dict):
        return "unreadable"
    for key in ("path", "command", "query"):
        if isinstance(given.get(key), str):
            return _first_line(given[key])
    return ""


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0][:_LINE_CHARACTERS]


def _turn_tokens(turn: Turn) -> int:
    parts = [turn.text, *(call.name + call.arguments for call in turn.calls), *(result.text for result in turn.results)]
    return sum(estimate_tokens(part) + _OVERHEAD_TOKENS for part in parts if part)
