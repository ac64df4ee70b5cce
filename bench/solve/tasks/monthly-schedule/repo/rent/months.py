"""Counting in months."""

from datetime import date

from rent.calendar_facts import last_day


def add_months(day: date, count: int) -> date:
    """Return the same day `count` months later, or the last day of a shorter month."""
    month = day.month + count
    year = day.year
    if month > 12:
        month -= 12
        year += 1
    return date(year, month, min(day.day, 28))
