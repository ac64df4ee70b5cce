"""When to ask a model endpoint again, after what pause, and what to say when it is no use."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import SystemRandom
from typing import TypeVar

from journeyman.adapters.models.failure import Failure, Reason
from journeyman.domain.errors import AdapterError, JourneymanError, UserError

T = TypeVar("T")

_LONGEST_TEXT = 500
_CHANCE = SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """Patience with one endpoint."""

    endpoint: str
    """Its address, for messages."""
    secret: str = field(default="", repr=False)
    """Struck out of every message."""
    attempts: int = 4
    first_pause_s: float = 0.5
    """Doubled with each attempt; a `Retry-After` of the endpoint wins."""
    longest_pause_s: float = 60.0
    """Who asks for more has given up on us, and we on them."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def call(self, request: Callable[[], Awaitable[T]], *, tools: bool = False) -> T:
        """Return the answer to a request, made up to `attempts` times; `tools` says that it offers some.

        A request that fails raises `Failure`.

        Raises:
            AdapterError: no answer; `retryable` when the last failure may pass.
            UserError: the endpoint refuses the key, does not know the model, or cannot do what is asked of it.
        """
        for attempt in range(1, self.attempts + 1):
            try:
                return await request()
            except Failure as failed:
                pause = self._pause(failed, attempt)
                if not failed.transient or attempt == self.attempts or pause > self.longest_pause_s:
                    raise self._translate(failed, attempt, tools=tools) from None
            await self.sleep(pause)
        raise AdapterError(f"{self.endpoint} was not asked", retryable=True)

    def _pause(self, failure: Failure, attempt: int) -> float:
        if failure.retry_after_s is not None:
            return failure.retry_after_s
        # Spread, so that many clients that failed together do not come back together.
        return self.first_pause_s * 2.0 ** (attempt - 1) * _CHANCE.uniform(0.8, 1.2)

    def _translate(self, failure: Failure, attempts: int, *, tools: bool) -> JourneymanError:
        """Return our error, without a secret that the endpoint may have echoed."""
        said = self._strike_out(failure.said)
        match failure.reason:
            case Reason.MISUSE:
                return UserError(f"{self.endpoint} cannot be asked that: {said}")
            case Reason.KEY:
                return UserError(
                    f"{self.endpoint} refuses the key: {said}",
                    remedy="Put a valid key into the environment variable it is read from ([model] api_key_env).",
                )
            case Reason.MODEL:
                return UserError(
                    f"{self.endpoint} does not know the model: {said}",
                    remedy="Check the model's name and [model] base_url.",
                )
            case Reason.WINDOW:
                return UserError(
                    f"the prompt does not fit the context window of this model: {said}",
                    remedy="Show it less ([run] context_tokens), or take a model with a larger window.",
                )
            case Reason.QUOTA:
                return UserError(
                    f"the account at {self.endpoint} has nothing left to spend: {said}",
                    remedy="Raise its limit or top it up, or name another model in [model] fallback.",
                )
        return self._no_answer(failure, said, "" if attempts == 1 else f" ({attempts} attempts)", tools=tools)

    def _no_answer(self, failure: Failure, said: str, tries: str, *, tools: bool) -> JourneymanError:
        if failure.page:
            problem = f"{self.endpoint} answered with a web page, not with an answer{tries}: {said}"
            hint = "is [model] base_url right, and is there a proxy or a login page on the way?"
            return AdapterError(f"{problem}\n{hint}", retryable=failure.transient)
        if tools and not failure.transient and re.search(r"\b(tools?|function.?call)", said, re.IGNORECASE):
            return UserError(
                f"{self.endpoint} does not let this model call tools: {said}",
                remedy="Take a model that can, or a strategy that needs none: --strategy direct.",
            )
        return AdapterError(f"{self.endpoint} did not answer{tries}: {said}", retryable=failure.transient)

    def _strike_out(self, text: str) -> str:
        clean = text.replace(self.secret, "***") if self.secret else text
        return clean if len(clean) <= _LONGEST_TEXT else f"{clean[:_LONGEST_TEXT]}…"
