"""Reserving goods."""

from depot.errors import Shortage
from depot.store import Store


def reserve(store: Store, wanted: list[tuple[str, int]]) -> None:
    """Take all wanted goods, (name, count) pairs, from the store."""
    for name, count in wanted:
        if store.free(name) < count:
            raise Shortage([name])
        store.take(name, count)
