"""Years."""


def is_leap(year: int) -> bool:
    """Say whether `year` is a leap year in the Gregorian calendar."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_year(year: int) -> int:
    """Return the number of days in `year`."""
    return 366 if is_leap(year) else 365
