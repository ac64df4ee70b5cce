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
    """Ceilings of a run; None switches one off. Reaching a ceiling stops the run."""

    attempts: int | None = 24
    tokens: int | None = None
    cost_usd: float | None = None
    wall_time_s: float | None = 1800.0

    def crossed(self, spent: Usage, *, attempts: int, elapsed_s: float) -> str | None:
        """Return which ceiling has been reached, in words, or None while there is room.

        Fails closed: a cost ceiling with an unknown price counts as reached once anything was spent.
        """
        if self.attempts is not None and attempts >= self.attempts:
            return f"all {self.attempts} attempts are used"
        if self.tokens is not None and spent.total_tokens >= self.tokens:
            return f"{spent.total_tokens:,} of {self.tokens:,} tokens are used"
        if self.cost_usd is not None and spent.requests:
            if spent.cost_usd is None:
                return f"the price of this model is unknown, so ${self.cost_usd:.2f} cannot be guaranteed"
            if spent.cost_usd >= self.cost_usd:
                return f"${spent.cost_usd:.4f} of ${self.cost_usd:.4f} is spent"
        if self.wall_time_s is not None and elapsed_s >= self.wall_time_s:
            return f"{elapsed_s:.0f} s of {self.wall_time_s:.0f} s have passed"
        return None
