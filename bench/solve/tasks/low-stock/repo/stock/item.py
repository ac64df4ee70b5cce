"""Items on the shelves."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One kind of item: how many are there, and when to order again."""

    name: str
    count: int
    reorder_at: int
