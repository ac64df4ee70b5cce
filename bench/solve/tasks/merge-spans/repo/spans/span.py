"""One span."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """The numbers from `start` up to, not including, `end`."""

    start: int
    end: int

    def size(self) -> int:
        """Return how many numbers the span holds."""
        return self.end - self.start
