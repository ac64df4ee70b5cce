from datetime import date

from rent.months import add_months
from rent.schedule import due_dates


def test_the_last_day_of_a_short_month():
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2023, 1, 30), 1) == date(2023, 2, 28)
    assert add_months(date(2024, 3, 31), 1) == date(2024, 4, 30)


def test_the_day_is_kept_where_it_exists():
    assert add_months(date(2024, 1, 31), 2) == date(2024, 3, 31)
    assert add_months(date(2024, 4, 29), 1) == date(2024, 5, 29)


def test_many_months():
    assert add_months(date(2024, 1, 15), 24) == date(2026, 1, 15)
    assert add_months(date(2024, 6, 30), 18) == date(2025, 12, 30)
    assert add_months(date(2024, 5, 31), 37) == date(2027, 6, 30)


def test_months_back():
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert add_months(date(2024, 1, 10), -1) == date(2023, 12, 10)
    assert add_months(date(2024, 2, 10), -26) == date(2021, 12, 10)


def test_a_schedule_returns_to_the_last_day():
    assert due_dates(date(2024, 1, 31), 4) == [
        date(2024, 1, 31),
        date(2024, 2, 29),
        date(2024, 3, 31),
        date(2024, 4, 30),
    ]


def test_a_quarterly_schedule_over_the_years():
    dates = due_dates(date(2023, 8, 31), 5, every=3)
    assert [day.isoformat() for day in dates] == [
        "2023-08-31",
        "2023-11-30",
        "2024-02-29",
        "2024-05-31",
        "2024-08-31",
    ]


def test_an_empty_schedule():
    assert due_dates(date(2024, 1, 31), 0) == []
