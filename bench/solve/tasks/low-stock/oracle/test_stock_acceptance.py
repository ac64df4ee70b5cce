from stock.item import Item
from stock.orders import low_stock
from stock.shelf import Shelf


def shelf_of(*items):
    shelf = Shelf()
    for item in items:
        shelf.put(item)
    return shelf


def test_items_below_the_mark():
    assert low_stock(shelf_of(Item("bolt", 1, 5), Item("nut", 50, 5))) == ["bolt"]


def test_exactly_at_the_mark_counts():
    assert low_stock(shelf_of(Item("bolt", 5, 5))) == ["bolt"]


def test_names_are_sorted():
    assert low_stock(shelf_of(Item("washer", 0, 1), Item("bolt", 0, 1))) == ["bolt", "washer"]


def test_only_the_newest_count_matters():
    shelf = shelf_of(Item("bolt", 1, 5), Item("nut", 0, 0), Item("bolt", 20, 5))
    assert low_stock(shelf) == ["nut"]


def test_empty_shelf():
    assert low_stock(shelf_of()) == []
