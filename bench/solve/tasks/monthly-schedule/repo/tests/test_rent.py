from datetime import date

from rent.calendar_facts import last_day
from rent.months import add_months
from rent.schedule import due_dates


def test_last_day():
    assert last_day(2024, 2) == 29


def test_add_months():
    assert add_months(date(2024, 1, 15), 2) == date(2024, 3, 15)
    assert add_months(date(2024, 11, 15), 3) == date(2025, 2, 15)


def test_due_dates():
    assert due_dates(date(2024, 5, 1), 3) == [date(2024, 5, 1), date(2024, 6, 1), date(2024, 7, 1)]
