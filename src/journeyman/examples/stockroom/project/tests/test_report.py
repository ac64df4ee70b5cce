from stockroom.items import Item
from stockroom.ledger import Ledger
from stockroom.report import stock_table, stock_value_cents

ITEMS = {"B-7": Item("B-7", "Chair", 4500), "A-1": Item("A-1", "Lamp", 1990)}


def test_value_counts_every_item_on_the_shelf():
    ledger = Ledger()
    ledger.receive("A-1", 2)
    ledger.receive("B-7", 1)
    assert stock_value_cents(ledger, ITEMS) == 8480


def test_table_is_sorted_by_sku():
    ledger = Ledger()
    ledger.receive("A-1", 2)
    assert stock_table(ledger, ITEMS).splitlines() == [
        "A-1     Lamp                 2     19.90",
        "B-7     Chair                0     45.00",
    ]
