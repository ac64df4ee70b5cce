"""The meter: one fail-closed count of attempts, calls, tokens, cost and time for all lineages of a run.

Before a call is made, the most it can take is held free for it; so calls in flight can never cross a ceiling
together. What a call took is counted when it answers. What a call that never answered may have taken stays
held: a provider may charge for it.
"""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field

from journeyman.domain.errors import SpentError
from journeyman.domain.outcome import Cause
from journeyman.domain.prompt import Completion, Prompt
from journeyman.domain.usage import Budget, Left, Usage
from journeyman.pipeline.worst_case import Hold, Measured, most_input_tokens
from journeyman.ports.model import LanguageModel, most_cost_usd

_REMEMBERED = 32
"""Prompts whose tokens are known: of those, a longer prompt that begins alike is bounded closely."""


@dataclass(slots=True, kw_only=True)
class Meter:
    """Counts what a run consumes. Written by one event loop only."""

    budget: Budget
    asks_later: bool = False
    """Whether a model is asked after the search too: then the reserve is kept of tokens and cost as well."""
    attempts: int = 0
    spent: Usage = field(default_factory=Usage)
    models: dict[str, None] = field(default_factory=dict)
    """Served model ids, in order of first appearance."""
    started_s: float = field(default_factory=time.monotonic)
    _held: Hold = field(default_factory=Hold)
    _lost: Hold = field(default_factory=Hold)
    _freed: asyncio.Event = field(default_factory=asyncio.Event)
    _measured: deque[Measured] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))

    @property
    def elapsed_s(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.started_s

    @property
    def left_s(self) -> float | None:
        """Seconds of wall time that are left, the reserve included; None without a ceiling."""
        ceiling = self.budget.wall_time_s
        return None if ceiling is None else max(0.0, ceiling - self.elapsed_s)

    def begin(self, worst_case_tokens: int = 0) -> str | None:
        """Book one attempt, or return why there is no room for it.

        Args:
            worst_case_tokens: of its first call, roughly; the very call is held to the ceiling by itself.
        """
        ceiling = self.budget.attempts
        if ceiling is not None and self.attempts >= ceiling:
            return f"all {ceiling} attempts are used"
        refused = self._short(Hold(tokens=worst_case_tokens, requests=1), self._lost, late=False)
        if refused is None:
            self.attempts += 1
        return refused

    @property
    def cause(self) -> Cause:
        """Why a run that found nothing ended, as far as the meter knows."""
        ceiling = self.budget.attempts
        return Cause.ATTEMPTS if ceiling is not None and self.attempts >= ceiling else Cause.BUDGET

    async def hold(self, prompt: Prompt, model: LanguageModel, *, late: bool = False) -> Hold:
        """Hold free the most that a call can take; waits while only calls in flight stand in its way.

        Args:
            prompt: what is to be asked.
            model: whom; one whose price is unknown is never asked under a ceiling of cost.
            late: the call belongs to verification or delivery and may use the reserve.

        Raises:
            SpentError: the call could cross a ceiling.
        """
        need = self._worst_case(prompt, model)
        while self._short(need, self._lost + self._held, late=late):
            if refused := self._short(need, self._lost, late=late):
                raise SpentError(refused)
            await self._freed.wait()
        self._held += need
        return need

    def settle(self, hold: Hold, prompt: Prompt, completion: Completion) -> None:
        """Count what a call took, and free what it did not."""
        self._release(hold)
        self.count(completion)
        if completion.usage.input_tokens:
            self._measured.append(Measured(prompt=prompt, input_tokens=completion.usage.input_tokens))

    def lose(self, hold: Hold) -> None:
        """Keep held for good what a call without an answer may have taken."""
        self._release(hold)
        self._lost += hold

    def count(self, completion: Completion) -> None:
        """Add what one model call consumed."""
        self.spent += completion.usage
        self.models.setdefault(completion.served_model)

    def _release(self, hold: Hold) -> None:
        self._held -= hold
        self._freed.set()
        self._freed = asyncio.Event()

    def _worst_case(self, prompt: Prompt, model: LanguageModel) -> Hold:
        most_in = most_input_tokens(prompt, self._measured)
        cost_usd = 0.0
        if self.budget.cost_usd is not None:
            known = most_cost_usd(model, input_tokens=most_in, output_tokens=prompt.max_tokens)
            if known is None:
                ceiling = f"${self.budget.cost_usd:.2f}"
                raise SpentError(f"the price of {model.name} is unknown, so {ceiling} cannot be guaranteed")
            cost_usd = known
        return Hold(tokens=most_in + prompt.max_tokens, cost_usd=cost_usd, requests=1)

    def _short(self, need: Hold, taken: Hold, *, late: bool) -> str | None:
        """Return which ceiling a call could cross on top of what is spent and taken, in words."""
        budget, spent = self.budget, self.spent
        share = 1.0 if late else 1.0 - budget.reserve_share
        reserved = 1.0 if late or not self.asks_later else share
        if budget.requests is not None and spent.requests + taken.requests + need.requests > budget.requests:
            return f"{spent.requests} of {budget.requests} model calls are used"
        used = spent.total_tokens + taken.tokens
        if budget.tokens is not None and used + need.tokens > budget.tokens * reserved:
            return f"{used:,} of {budget.tokens:,} tokens are used, and the next call could take {need.tokens:,}"
        if budget.cost_usd is not None:
            if spent.cost_usd is None:
                return f"the price of an answer is unknown, so ${budget.cost_usd:.2f} cannot be guaranteed"
            paid = spent.cost_usd + taken.cost_usd
            if paid + need.cost_usd > budget.cost_usd * reserved:
                most = f"the next call could cost ${need.cost_usd:.4f}"
                return f"${paid:.4f} of ${budget.cost_usd:.4f} is spent, and {most}"
        if budget.wall_time_s is not None and self.elapsed_s >= budget.wall_time_s * share:
            kept = "" if late else f", and {budget.reserve_share:.0%} are kept for verification and delivery"
            return f"{self.elapsed_s:.0f} s of {budget.wall_time_s:.0f} s have passed{kept}"
        return None


@dataclass(frozen=True, slots=True)
class MeteredModel:
    """A model whose every call is held to the ceilings of the run before it is made, and counted afterwards."""

    inner: LanguageModel
    meter: Meter
    late: bool = False

    @property
    def name(self) -> str:
        """The inner model's locator."""
        return self.inner.name

    def most_cost_usd(self, *, input_tokens: int, output_tokens: int) -> float | None:
        """Return what the inner model says."""
        return most_cost_usd(self.inner, input_tokens=input_tokens, output_tokens=output_tokens)

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer and count.

        Raises:
            SpentError: the call could cross a ceiling; nobody was asked.
            AdapterError: as the inner model.
        """
        held = await self.meter.hold(prompt, self.inner, late=self.late)
        try:
            completion = await self.inner.complete(prompt)
        except BaseException:
            self.meter.lose(held)
            raise
        self.meter.settle(held, prompt, completion)
        return completion

    def left(self) -> Left:
        """Return what is left of the run's budget."""
        return self.meter.budget.left(self.meter.spent, elapsed_s=self.meter.elapsed_s)
