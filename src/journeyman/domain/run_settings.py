"""What a repository says of its runs, `[run]`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """`[run]`: defaults of `journeyman run`."""

    strategy: str = "direct"
    candidates: int = 4
    in_flight: int = 8
    models: tuple[str, ...] = ()
    """Of the lineages, in turn; empty means that of `[model]` for all."""
    variety: str = "sampling"
    """In what lineages differ beside that: `sampling` (in nothing), `words` or `context`."""
    agreement: int = 1
    reviewer: str = ""
    """A second model that reads what was chosen, `scheme:rest`; empty for none."""
    attempts: int = 24
    requests: int | None = None
    tokens: int | None = None
    cost_usd: float | None = None
    wall_time_s: float = 1800.0
    context_tokens: int = 3000
    """Of retrieved snippets in one prompt."""
