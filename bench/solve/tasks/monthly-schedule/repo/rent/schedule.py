"""When payments are due."""

from datetime import date

from rent.months import add_months


def due_dates(first: date, count: int, every: int = 1) -> list[date]:
    """Return `count` due dates, one every `every` months, beginning with `first`."""
    dates = [first]
    while len(dates) < count:
        dates.append(add_months(dates[-1], every))
    return dates
