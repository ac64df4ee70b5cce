"""The plan of a retry."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """How often to try, and how the delays grow (in milliseconds)."""

    attempts: int
    first_ms: int
    factor: int = 2
    cap_ms: int = 10_000
