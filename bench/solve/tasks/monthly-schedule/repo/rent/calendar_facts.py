"""Facts about months."""

from calendar import monthrange


def last_day(year: int, month: int) -> int:
    """Return the number of the last day of a month."""
    return monthrange(year, month)[1]
