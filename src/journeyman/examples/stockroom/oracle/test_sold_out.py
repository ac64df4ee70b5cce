from stockroom.items import Item
from stockroom.ledger import Ledger
from stockroom.report import sold_out

LAMP = Item("A-1", "Lamp", 1990)
CHAIR = Item("B-7", "Chair", 4500)
POSTER = Item("C-3", "Poster", 700)


def test_all_shipped():
    ledger = Ledger()
    ledger.receive("A-1", 2)
    ledger.ship("A-1", 2)
    assert sold_out(ledger, {"A-1": LAMP}) == ["A-1"]


def test_never_came_in():
    assert sold_out(Ledger(), {"B-7": CHAIR}) == ["B-7"]


def test_on_the_shelf():
    ledger = Ledger()
    ledger.receive("A-1", 1)
    assert sold_out(ledger, {"A-1": LAMP}) == []


def test_sorted_by_sku():
    ledger = Ledger()
    ledger.receive("B-7", 5)
    assert sold_out(ledger, {"C-3": POSTER, "B-7": CHAIR, "A-1": LAMP}) == ["A-1", "C-3"]
