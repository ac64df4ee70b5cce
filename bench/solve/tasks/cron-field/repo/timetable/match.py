"""Matching a time against a timetable."""

from timetable.expand import expand
from timetable.ranges import limits


def matches(field: str, text: str, value: int) -> bool:
    """Say whether `value` of a field such as "hour" is in the timetable field `text`."""
    low, high = limits(field)
    return value in expand(text, low, high)
