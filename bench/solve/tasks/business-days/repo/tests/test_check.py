from datetime import date

from workdays.check import is_workday
from workdays.holidays import Holidays


def test_weekend_and_holiday():
    free = Holidays(date(2024, 5, 1))
    assert is_workday(date(2024, 5, 2), free)
    assert not is_workday(date(2024, 5, 1), free)
    assert not is_workday(date(2024, 5, 4), free)
