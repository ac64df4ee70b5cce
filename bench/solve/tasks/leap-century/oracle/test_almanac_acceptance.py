from almanac.months import days_in_month
from almanac.years import days_in_year, is_leap


def test_1900_is_not_a_leap_year():
    assert not is_leap(1900)


def test_2000_is_a_leap_year():
    assert is_leap(2000)


def test_other_centuries():
    assert [year for year in range(1600, 2500, 100) if is_leap(year)] == [1600, 2000, 2400]


def test_lengths_follow():
    assert days_in_year(2100) == 365
    assert days_in_month(2100, 2) == 28


def test_years_divisible_by_four_still_leap():
    assert is_leap(2096)
    assert is_leap(2104)
