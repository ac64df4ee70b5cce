"""Months."""

from almanac.years import is_leap

LENGTHS = {1: 31, 2: 28, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}


def days_in_month(year: int, month: int) -> int:
    """Return the number of days in a month; January is 1."""
    if month == 2 and is_leap(year):
        return 29
    return LENGTHS[month]
