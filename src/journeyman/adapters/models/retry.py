"""When to ask a model endpoint again, after what pause, and what to say when it is no use."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import SystemRandom
from typing import TYPE_CHECKING, TypeVar

from journeyman.domain.errors import AdapterError, JourneymanError, UserError

if TYPE_CHECKING:
    from pydantic_ai.exceptions import AgentRunError

T = TypeVar("T")

_TRANSIENT = frozenset({408, 409, 429, *range(500, 600)})
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

        Raises:
            AdapterError: no answer; `retryable` when the last failure may pass.
            UserError: the endpoint refuses the key, does not know the model, or cannot do what is asked of it.
        """
        from pydantic_ai.exceptions import AgentRunError, UnexpectedModelBehavior
        from pydantic_ai.exceptions import UserError as Misuse

        for attempt in range(1, self.attempts + 1):
            try:
                return await request()
            except Misuse as misuse:
                raise UserError(f"{self.endpoint} cannot be asked that: {self._strike_out(str(misuse))}") from None
            except json.JSONDecodeError as broken:
                # Some SDKs let a damaged piece of a stream through as it is.
                error: AgentRunError = UnexpectedModelBehavior(f"it sent what is no JSON: {broken}")
            except AgentRunError as failed:
                error = failed
            pause = self._pause(error, attempt)
            if not _is_transient(error) or attempt == self.attempts or pause > self.longest_pause_s:
                raise self._translate(error, attempt, tools=tools) from None
            await self.sleep(pause)
        raise AdapterError(f"{self.endpoint} was not asked", retryable=True)

    def _pause(self, error: "AgentRunError", attempt: int) -> float:
        asked: float | None = getattr(error, "retry_after", None)
        if asked is not None:
            return asked
        # Spread, so that many clients that failed together do not come back together.
        return self.first_pause_s * 2.0 ** (attempt - 1) * _CHANCE.uniform(0.8, 1.2)

    def _translate(self, error: "AgentRunError", attempts: int, *, tools: bool) -> JourneymanError:
        """Return our error for theirs, without a secret that the endpoint may have echoed."""
        from pydantic_ai import exceptions

        said = self._strike_out(str(error))
        match error:
            case exceptions.ModelAuthenticationError():
                return UserError(
                    f"{self.endpoint} refuses the key: {said}",
                    remedy="Put a valid key into the environment variable it is read from ([model] api_key_env).",
                )
            case exceptions.ModelNotFoundError():
                return UserError(
                    f"{self.endpoint} does not know the model: {said}",
                    remedy="Check the model's name and [model] base_url.",
                )
            case exceptions.ModelContextWindowExceededError():
                return UserError(
                    f"the prompt does not fit the context window of this model: {said}",
                    remedy="Show it less ([run] context_tokens), or take a model with a larger window.",
                )
            case exceptions.ModelQuotaExceededError():
                return UserError(
                    f"the account at {self.endpoint} has nothing left to spend: {said}",
                    remedy="Raise its limit or top it up, or name another model in [model] fallback.",
                )
        tries = "" if attempts == 1 else f" ({attempts} attempts)"
        if _is_page(error):
            problem = f"{self.endpoint} answered with a web page, not with an answer{tries}: {said}"
            hint = "is [model] base_url right, and is there a proxy or a login page on the way?"
            return AdapterError(f"{problem}\n{hint}", retryable=_is_transient(error))
        if tools and not _is_transient(error) and re.search(r"\b(tools?|function.?call)", said, re.IGNORECASE):
            return UserError(
                f"{self.endpoint} does not let this model call tools: {said}",
                remedy="Take a model that can, or a strategy that needs none: --strategy direct.",
            )
        return AdapterError(f"{self.endpoint} did not answer{tries}: {said}", retryable=_is_transient(error))

    def _strike_out(self, text: str) -> str:
        clean = text.replace(self.secret, "***") if self.secret else text
        return clean if len(clean) <= _LONGEST_TEXT else f"{clean[:_LONGEST_TEXT]}…"


def _is_transient(error: "AgentRunError") -> bool:
    from pydantic_ai import exceptions

    if isinstance(error, exceptions.ModelQuotaExceededError):
        return False
    if isinstance(error, exceptions.ModelHTTPError):
        return error.status_code in _TRANSIENT
    # What is left: connections that broke, deadlines that passed, and bodies that are no answer.
    return isinstance(error, exceptions.ModelAPIError | exceptions.UnexpectedModelBehavior)


def _is_page(error: "AgentRunError") -> bool:
    said = f"{getattr(error, 'body', '')} {error}".lower()
    return "<html" in said or "<!doctype html" in said
