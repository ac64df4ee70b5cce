"""What can be stocked: items, read from a catalogue."""

import csv
import io
from dataclasses import dataclass

from stockroom.money import parse_cents


@dataclass(frozen=True)
class Item:
    """One thing the shop sells."""

    sku: str
    name: str
    price_cents: int
    reorder_point: int = 0
    """Reorder when no more than this many are left."""
    target: int = 0
    """How many should be on the shelf after reordering."""


def read_catalogue(text: str) -> dict[str, Item]:
    """Return the items of a CSV catalogue by SKU; columns sku, name, price, reorder_point, target."""
    items: dict[str, Item] = {}
    for row in csv.DictReader(io.StringIO(text)):
        item = Item(
            sku=row["sku"].strip(),
            name=row["name"].strip(),
            price_cents=parse_cents(row["price"]),
            reorder_point=int(row.get("reorder_point") or 0),
            target=int(row.get("target") or 0),
        )
        if item.sku in items:
            raise ValueError(f"SKU {item.sku} occurs twice")
        items[item.sku] = item
    return items
