"""Public holidays."""

from datetime import date


class Holidays:
    """A set of free days."""

    def __init__(self, *days: date) -> None:
        self._days = set(days)

    def __contains__(self, day: date) -> bool:
        return day in self._days
