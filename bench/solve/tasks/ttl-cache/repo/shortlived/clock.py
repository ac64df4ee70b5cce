"""Clocks."""


class ManualClock:
    """A clock that stands still until it is moved on."""

    def __init__(self) -> None:
        self.now = 0

    def advance(self, seconds: int) -> None:
        """Move on."""
        self.now += seconds
