"""The pace of an agent: `[agent]`, how long it may go on and how much it is told at once."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Limits of one candidate's making."""

    steps: int = 60
    """Requests to the model, at most."""
    command_s: float = 120.0
    """Of one command, unless the agent asks for another time."""
    answer_tokens: int = 4096
    """Of one answer, at most."""
    window_tokens: int = 60_000
    """Of one request; beyond it the oldest steps are folded into a list. Less than the model's own window."""
    reserve: float = 0.15
    """Share of the run's budget that is kept for verifying and delivering."""
