"""Counting in working days."""

from datetime import date, timedelta

from workdays.check import is_workday
from workdays.holidays import Holidays


def add_workdays(start: date, count: int, holidays: Holidays) -> date:
    """Return the day that is `count` working days after (before, if negative) `start`."""
    raise NotImplementedError
