"""What is a working day."""

from datetime import date

from workdays.holidays import Holidays


def is_workday(day: date, holidays: Holidays) -> bool:
    """Say whether `day` is Monday to Friday and no holiday."""
    return day.weekday() < 5 and day not in holidays
