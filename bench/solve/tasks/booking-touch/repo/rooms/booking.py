"""One booking."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Booking:
    """A room from `start` up to, not including, `end` (minutes since midnight)."""

    start: int
    end: int

    def minutes(self) -> int:
        """Return how long the booking lasts."""
        return self.end - self.start
