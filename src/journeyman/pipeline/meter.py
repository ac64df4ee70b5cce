"""The meter: one fail-closed count of attempts, tokens, cost and time for all lineages of a run."""

import time
from dataclasses import dataclass, field, replace

from journeyman.domain.prompt import Completion, Prompt
from journeyman.domain.usage import Budget, Usage
from journeyman.ports.model import LanguageModel


@dataclass(slots=True, kw_only=True)
class Meter:
    """Counts what a run consumes. Written by one event loop only."""

    budget: Budget
    attempts: int = 0
    spent: Usage = field(default_factory=Usage)
    models: dict[str, None] = field(default_factory=dict)
    """Served model ids, in order of first appearance."""
    started_s: float = field(default_factory=time.monotonic)
    _reserved: int = 0

    @property
    def elapsed_s(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.started_s

    @property
    def left_s(self) -> float | None:
        """Seconds of wall time that are left; None without a ceiling."""
        ceiling = self.budget.wall_time_s
        return None if ceiling is None else max(0.0, ceiling - self.elapsed_s)

    def begin(self, worst_case_tokens: int) -> str | None:
        """Book one attempt, or return why there is no room for it.

        Tokens of calls in flight are held in reserve, so that lineages cannot cross a ceiling together.
        """
        booked = replace(self.spent, input_tokens=self.spent.input_tokens + self._reserved)
        crossed = self.budget.crossed(booked, attempts=self.attempts, elapsed_s=self.elapsed_s)
        ceiling = self.budget.tokens
        if crossed is None and ceiling is not None and booked.total_tokens + worst_case_tokens > ceiling:
            crossed = f"{ceiling - booked.total_tokens:,} of {ceiling:,} tokens are left, too few for another attempt"
        if crossed is None:
            self.attempts += 1
            self._reserved += worst_case_tokens
        return crossed

    def end(self, worst_case_tokens: int) -> None:
        """Give back the reserve of one attempt; what it really used has been counted by then."""
        self._reserved -= worst_case_tokens

    def count(self, completion: Completion) -> None:
        """Add what one model call consumed."""
        self.spent += completion.usage
        self.models.setdefault(completion.served_model)


@dataclass(frozen=True, slots=True)
class MeteredModel:
    """A model whose every call is counted."""

    inner: LanguageModel
    meter: Meter

    @property
    def name(self) -> str:
        """The inner model's locator."""
        return self.inner.name

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer and count."""
        completion = await self.inner.complete(prompt)
        self.meter.count(completion)
        return completion
