"""The stuck detector, pure: what an agent did so far -> what is wrong with it, if anything."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

WINDOW = 20
REPEATS = 4
ALTERNATIONS = 6
SAME_VERDICTS = 3
MONOLOGUES = 3
BROKEN = 3
_JUDGES = frozenset({"check", "finish"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One step of an agent: what it asked for and what came of it."""

    calls: tuple[tuple[str, str], ...]
    """(tool, arguments)."""
    results: tuple[str, ...]
    broken: bool
    """Whether none of its calls could be read."""

    @property
    def verdicts(self) -> tuple[str, ...]:
        """What the checks said in this step: equal texts mean the same failures of the same change."""
        pairs = zip(self.calls, self.results, strict=True)
        return tuple(result for (tool, _), result in pairs if tool in _JUDGES)


def trouble(deeds: Sequence[Deed]) -> str:
    """Return in what circle the last steps go, in words, or an empty string. Earlier steps than the window are past."""
    recent = list(deeds[-WINDOW:])
    if _last(recent, MONOLOGUES) and not any(deed.calls for deed in recent[-MONOLOGUES:]):
        return f"{MONOLOGUES} answers in a row called no tool"
    if _last(recent, BROKEN) and all(deed.broken for deed in recent[-BROKEN:]):
        return f"{BROKEN} answers in a row made no call that could be read"
    if _last(recent, REPEATS) and len(set(recent[-REPEATS:])) == 1:
        return f"the same call was made {REPEATS} times and gave the same each time"
    if _last(recent, ALTERNATIONS) and _alternate(recent[-ALTERNATIONS:]):
        return "the same two calls are made in turn, and give the same each time"
    verdicts = Counter(verdict for deed in recent for verdict in deed.verdicts)
    if recent and any(verdicts[verdict] >= SAME_VERDICTS for verdict in recent[-1].verdicts):
        return f"the checks said the same of the same change {SAME_VERDICTS} times"
    return ""


def _last(deeds: Sequence[Deed], number: int) -> bool:
    return len(deeds) >= number


def _alternate(deeds: Sequence[Deed]) -> bool:
    return len(set(deeds[::2])) == len(set(deeds[1::2])) == 1
