from stock.item import Item
from stock.shelf import Shelf


def test_put_replaces_by_name():
    shelf = Shelf()
    shelf.put(Item("bolt", 5, 2))
    shelf.put(Item("nut", 9, 2))
    shelf.put(Item("bolt", 7, 2))
    assert [(item.name, item.count) for item in shelf.items()] == [("bolt", 7), ("nut", 9)]
