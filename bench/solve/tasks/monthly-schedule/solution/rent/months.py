"""Counting in months."""

from datetime import date

from rent.calendar_facts import last_day


def add_months(day: date, count: int) -> date:
    """Return the same day `count` months later, or the last day of a shorter month."""
    extra_years, month0 = divmod(day.month - 1 + count, 12)
    year, month = day.year + extra_years, month0 + 1
    return date(year, month, min(day.day, last_day(year, month)))
