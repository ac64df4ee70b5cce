from stockroom.items import Item
from stockroom.ledger import Ledger
from stockroom.report import reorder_list

LAMP = Item("A-1", "Lamp", 1990, reorder_point=2, target=10)
CHAIR = Item("B-7", "Chair", 4500, reorder_point=1, target=4)
POSTER = Item("C-3", "Poster", 700)


def ledger_with(**quantities):
    ledger = Ledger()
    for sku, quantity in quantities.items():
        ledger.receive(sku.replace("_", "-"), quantity)
    return ledger


def test_orders_up_to_the_target():
    assert reorder_list(ledger_with(A_1=2), {"A-1": LAMP}) == [("A-1", 8)]


def test_leaves_out_what_is_there():
    assert reorder_list(ledger_with(A_1=3, B_7=1), {"A-1": LAMP, "B-7": CHAIR}) == [("B-7", 3)]


def test_what_never_came_in_counts_as_zero():
    assert reorder_list(ledger_with(), {"B-7": CHAIR}) == [("B-7", 4)]


def test_no_target_no_order():
    assert reorder_list(ledger_with(), {"C-3": POSTER}) == []


def test_sorted_by_sku():
    items = {"B-7": CHAIR, "C-3": POSTER, "A-1": LAMP}
    assert reorder_list(ledger_with(A_1=1), items) == [("A-1", 9), ("B-7", 4)]
