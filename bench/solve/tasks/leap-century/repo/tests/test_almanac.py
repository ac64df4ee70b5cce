from almanac.months import days_in_month
from almanac.years import days_in_year, is_leap


def test_ordinary_years():
    assert is_leap(2024)
    assert not is_leap(2023)


def test_lengths():
    assert days_in_year(2023) == 365
    assert days_in_month(2024, 2) == 29
    assert days_in_month(2023, 4) == 30
