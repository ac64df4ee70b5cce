"""Tables for people."""

from stockroom.items import Item
from stockroom.ledger import Ledger
from stockroom.money import format_cents


def stock_value_cents(ledger: Ledger, items: dict[str, Item]) -> int:
    """Return what everything on the shelves is worth."""
    return sum(ledger.quantity(sku) * item.price_cents for sku, item in items.items())


def stock_table(ledger: Ledger, items: dict[str, Item]) -> str:
    """Return one line per item, sorted by SKU: SKU, name, quantity, price."""
    lines = []
    for sku in sorted(items):
        item = items[sku]
        lines.append(f"{sku:<8}{item.name:<16}{ledger.quantity(sku):>6}{format_cents(item.price_cents):>10}")
    return "\n".join(lines)
