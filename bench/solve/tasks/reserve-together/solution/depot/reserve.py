"""Reserving goods."""

from depot.errors import Shortage
from depot.store import Store


def reserve(store: Store, wanted: list[tuple[str, int]]) -> None:
    """Take all wanted goods, (name, count) pairs, from the store."""
    totals: dict[str, int] = {}
    for name, count in wanted:
        totals[name] = totals.get(name, 0) + count
    missing = sorted(name for name, count in totals.items() if store.free(name) < count)
    if missing:
        raise Shortage(missing)
    for name, count in totals.items():
        store.take(name, count)
