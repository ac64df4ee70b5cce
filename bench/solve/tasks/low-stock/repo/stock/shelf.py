"""The shelf: all items by name."""

from stock.item import Item


class Shelf:
    """A collection of items, one per name."""

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}

    def put(self, item: Item) -> None:
        """Place an item, replacing one of the same name."""
        self._items[item.name] = item

    def items(self) -> list[Item]:
        """Return all items in the order in which they were first put."""
        return list(self._items.values())
