"""Usage and budget: what was spent, and the ceilings nobody crosses."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What model calls consumed. `cost_usd` None means that the price is unknown, never zero."""

    requests: int = 0
    input_tokens: int = 0
    """All prompt tokens, cached ones included."""
    cached_tokens: int = 0
    """Prompt tokens the provider read from its cache."""
    output_tokens: int = 0
    cost_usd: float | None = 0.0

    @property
    def total_tokens(self) -> int:
        """Tokens in and out."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: "Usage") -> "Usage":
        unknown = self.cost_usd is None or other.cost_usd is None
        return Usage(
            requests=self.requests + other.requests,
            input_tokens=self.input_tokens + other.input_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost_usd=None if unknown else (self.cost_usd or 0.0) + (other.cost_usd or 0.0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Ceilings of a run; None switches one off. No call is made that could cross one."""

    attempts: int | None = 24
    requests: int | None = None
    """Model calls of whatever kind."""
    tokens: int | None = None
    cost_usd: float | None = None
    wall_time_s: float | None = 1800.0
    reserve_share: float = 0.15
    """Of wall time, and of tokens and cost where a model is asked afterwards too: kept from the making of candidates
    for what comes after it, verification and delivery."""
