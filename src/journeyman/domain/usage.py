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

    def left(self, spent: Usage, *, elapsed_s: float) -> "Left":
        """Return what may still be spent; attempts are not counted, for whoever asks is in one."""
        cost = 0.0 if spent.cost_usd is None and not spent.requests else spent.cost_usd
        ceilings = (
            (self.tokens, float(spent.total_tokens)),
            (self.cost_usd, cost),
            (self.wall_time_s, elapsed_s),
        )
        tokens, cost_usd, wall_time_s = (_remaining(ceiling, used) for ceiling, used in ceilings)
        shares = [
            0.0 if used is None else max(0.0, 1 - used / ceiling) if ceiling else 0.0
            for ceiling, used in ceilings
            if ceiling is not None
        ]
        return Left(
            tokens=None if tokens is None else int(tokens),
            cost_usd=cost_usd,
            wall_time_s=wall_time_s,
            share=min(shares, default=1.0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is left of a budget; None where there is no ceiling."""

    tokens: int | None = None
    cost_usd: float | None = None
    wall_time_s: float | None = None
    share: float = 1.0
    """Of the ceiling that is nearest: 1 when nothing is spent, 0 when it is reached."""


def _remaining(ceiling: float | None, used: float | None) -> float | None:
    if ceiling is None:
        return None
    # Of an unknown price nothing is left: the ceiling could not be held.
    return 0.0 if used is None else max(0.0, ceiling - used)
