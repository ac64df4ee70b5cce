"""When to ask a model endpoint again, after what pause, and what to say when it is no use."""

import asyncio
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

    async def call(self, request: Callable[[], Awaitable[T]]) -> T:
        """Return the answer to a request, made up to `attempts` times.

        Raises:
            AdapterError: no answer; `retryable` when the last failure may pass.
            UserError: the endpoint refuses the key or does not know the model.
        """
        from pydantic_ai.exceptions import AgentRunError

        for attempt in range(1, self.attempts + 1):
            try:
                return await request()
            except AgentRunError as error:
                pause = self._pause(error, attempt)
                if not _is_transient(error) or attempt == self.attempts or pause > self.longest_pause_s:
                    raise self._translate(error, attempt) from None
            await self.sleep(pause)
        raise AdapterError(f"{self.endpoint} was not asked", retryable=True)

    def _pause(self, error: "AgentRunError", attempt: int) -> float:
        asked: float | None = getattr(error, "retry_after", None)
        if asked is not None:
            return asked
        # Spread, so that many clients that failed together do not come back together.
        return self.first_pause_s * 2.0 ** (attempt - 1) * _CHANCE.uniform(0.8, 1.2)

    def _translate(self, error: "AgentRunError", attempts: int) -> JourneymanError:
        """Return our error for theirs, without a secret that the endpoint may have echoed."""
        status: int | None = getattr(error, "status_code", None)
        said = self._strike_out(str(error))
        if status == 401:
            return UserError(
                f"{self.endpoint} refuses the key",
                remedy="Put a valid key into the environment variable it is read from ([model] api_key_env).",
            )
        if status == 404:
            return UserError(
                f"{self.endpoint} does not know the model: {said}",
                remedy="Check the model's name and [model] base_url.",
            )
        tries = "" if attempts == 1 else f" ({attempts} attempts)"
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
