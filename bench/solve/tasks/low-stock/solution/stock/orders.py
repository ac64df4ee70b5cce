"""What to order."""

from stock.shelf import Shelf


def low_stock(shelf: Shelf) -> list[str]:
    """Return the names, sorted, of the items whose count is at or below `reorder_at`."""
    return sorted(item.name for item in shelf.items() if item.count <= item.reorder_at)
