from shop.line import Line
from shop.receipt import format_cents
from shop.totals import piece_count


def test_piece_count():
    assert piece_count([Line("tea", 2, 300), Line("cup", 1, 850)]) == 3


def test_format_cents():
    assert format_cents(1250) == "12.50"
    assert format_cents(5) == "0.05"
