from datetime import date

from workdays.holidays import Holidays
from workdays.shift import add_workdays

NONE = Holidays()


def test_within_a_week():
    assert add_workdays(date(2024, 5, 6), 3, NONE) == date(2024, 5, 9)


def test_over_a_weekend():
    assert add_workdays(date(2024, 5, 10), 1, NONE) == date(2024, 5, 13)
    assert add_workdays(date(2024, 5, 8), 10, NONE) == date(2024, 5, 22)


def test_holidays_do_not_count():
    free = Holidays(date(2024, 5, 1), date(2024, 5, 3))
    assert add_workdays(date(2024, 4, 30), 2, free) == date(2024, 5, 6)


def test_backwards():
    assert add_workdays(date(2024, 5, 13), -1, NONE) == date(2024, 5, 10)
    assert add_workdays(date(2024, 5, 7), -3, Holidays(date(2024, 5, 3))) == date(2024, 5, 1)


def test_zero_gives_the_start_even_on_a_weekend():
    assert add_workdays(date(2024, 5, 11), 0, NONE) == date(2024, 5, 11)


def test_from_a_weekend():
    assert add_workdays(date(2024, 5, 11), 1, NONE) == date(2024, 5, 13)
    assert add_workdays(date(2024, 5, 12), -1, NONE) == date(2024, 5, 10)
