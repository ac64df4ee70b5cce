from shop import totals
from shop.line import Line
from shop.receipt import format_cents


def test_one_line():
    assert totals.subtotal_cents([Line("cup", 1, 850)]) == 850


def test_quantity_counts():
    assert totals.subtotal_cents([Line("tea", 3, 300), Line("cup", 2, 850)]) == 2600


def test_empty_cart_costs_nothing():
    assert totals.subtotal_cents([]) == 0


def test_subtotal_on_a_receipt():
    lines = [Line("pen", 7, 99), Line("gift", 1, 0)]
    assert format_cents(totals.subtotal_cents(lines)) == "6.93"
