"""A streamed chat completion, put together: pieces as server-sent events, the whole as if it had come at once."""

import json
from typing import Any

from journeyman.adapters.models.failure import Failure, Reason


class Pieces:
    """What has arrived of one answer."""

    def __init__(self) -> None:
        self._head: dict[str, Any] = {}
        self._message: dict[str, Any] = {}
        self._calls: dict[int, dict[str, Any]] = {}
        self._finish_reason: object = None
        self.error: object = None
        """What the endpoint said had gone wrong under way."""

    def add(self, line: str) -> None:
        """Take one line of the stream.

        Raises:
            Failure: what it holds is no JSON: it was damaged on its way.
        """
        data = line.removeprefix("data:").strip()
        if not line.startswith("data:") or data in {"", "[DONE]"}:
            return
        try:
            chunk = json.loads(data)
        except ValueError as broken:
            raise Failure(Reason.BROKEN, f"it sent what is no JSON: {broken}") from None
        if not isinstance(chunk, dict):
            raise Failure(Reason.BROKEN, f"it sent what is no piece of an answer: {data[:100]}")
        if chunk.get("error"):
            self.error = chunk
        self._head |= {name: chunk[name] for name in ("id", "model", "usage") if chunk.get(name)}
        try:
            for choice in chunk.get("choices") or ():
                self._finish_reason = choice.get("finish_reason") or self._finish_reason
                self._take(choice.get("delta") or {})
        except (AttributeError, TypeError):
            raise Failure(Reason.BROKEN, f"it sent what is no piece of an answer: {data[:100]}") from None

    def whole(self) -> dict[str, Any]:
        """Return the response.

        Raises:
            Failure: the stream ended without saying why the model stopped: the rest was lost.
        """
        if not self._finish_reason:
            raise Failure(Reason.BROKEN, "the stream broke off before the answer was whole")
        calls = [self._calls[index] for index in sorted(self._calls)]
        message = self._message | ({"tool_calls": calls} if calls else {})
        return {**self._head, "choices": [{"message": message, "finish_reason": self._finish_reason}]}

    def _take(self, delta: dict[str, Any]) -> None:
        for name, value in delta.items():
            if name == "tool_calls":
                for piece in value or ():
                    self._take_call(piece)
            else:
                self._message[name] = _joined(self._message.get(name), value, fixed=name == "role")

    def _take_call(self, piece: dict[str, Any]) -> None:
        # A server that counts no calls sends each whole.
        index = piece.get("index")
        call = self._calls.setdefault(len(self._calls) if index is None else index, {"function": {}})
        for name, value in piece.items():
            if name == "function":
                for part, text in (value or {}).items():
                    call["function"][part] = _joined(call["function"].get(part), text, fixed=part == "name")
            elif value is not None:
                call[name] = value


def _joined(before: Any, value: Any, *, fixed: bool) -> Any:
    """Return what two pieces of a field are together; a `fixed` field comes once, and some servers repeat it."""
    if value is None or (fixed and before):
        return before
    same = isinstance(before, str) and isinstance(value, str), isinstance(before, list) and isinstance(value, list)
    return before + value if any(same) else value
