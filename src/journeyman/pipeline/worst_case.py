"""The worst case of a call: how many tokens a prompt can come to, whoever counts them."""

from collections.abc import Iterable
from dataclasses import dataclass

from journeyman.domain.prompt import Prompt, Turn

_FRAME_TOKENS = 16
"""Of a turn, a tool or a call: what a model's own template puts around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What is held free for calls: the most that they can take."""

    tokens: int = 0
    cost_usd: float = 0.0
    requests: int = 0

    def __add__(self, other: "Hold") -> "Hold":
        return Hold(
            tokens=self.tokens + other.tokens,
            cost_usd=self.cost_usd + other.cost_usd,
            requests=self.requests + other.requests,
        )

    def __sub__(self, other: "Hold") -> "Hold":
        requests = self.requests - other.requests
        # Of no call nothing is held: sums of floats must not leave a grain behind.
        return Hold(
            tokens=self.tokens - other.tokens,
            cost_usd=self.cost_usd - other.cost_usd if requests else 0.0,
            requests=requests,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A prompt that was answered, with what it came to by its provider's count."""

    prompt: Prompt
    input_tokens: int


def most_input_tokens(prompt: Prompt, measured: Iterable[Measured] = ()) -> int:
    """Return a number of tokens that no tokenizer exceeds: each token stands for a byte at least.

    What goes on from a measured prompt costs that prompt's count and the bytes of the rest, which is close.
    """
    known = (one.input_tokens + _rest(prompt, one.prompt) for one in measured if _begins_with(prompt, one.prompt))
    return min((_whole(prompt), *known))


def _begins_with(prompt: Prompt, start: Prompt) -> bool:
    same = (prompt.system, prompt.tools) == (start.system, start.tools)
    return same and prompt.turns[: len(start.turns)] == start.turns


def _rest(prompt: Prompt, start: Prompt) -> int:
    return sum(map(_turn_bytes, prompt.turns[len(start.turns) :]))


def _whole(prompt: Prompt) -> int:
    tools = sum(_size(tool.name, tool.description, tool.parameters) + _FRAME_TOKENS for tool in prompt.tools)
    return _size(prompt.system) + _FRAME_TOKENS + tools + sum(map(_turn_bytes, prompt.turns))


def _turn_bytes(turn: Turn) -> int:
    calls = sum(_size(call.id, call.name, call.arguments) + _FRAME_TOKENS for call in turn.calls)
    results = sum(_size(one.call_id, one.name, one.text) + _FRAME_TOKENS for one in turn.results)
    # What a provider wrote natively is sent in the place of the rest, thoughts included.
    return max(_size(turn.text) + calls + results, _size(turn.native)) + _FRAME_TOKENS


def _size(*texts: str) -> int:
    return sum(len(text.encode("utf-8", "replace")) for text in texts)
