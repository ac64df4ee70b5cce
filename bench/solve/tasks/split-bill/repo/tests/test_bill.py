from bill.money import show, to_cents
from bill.split import shares
from bill.table import who_pays


def test_money():
    assert to_cents("12.5") == 1250
    assert show(905) == "9.05"


def test_even_split():
    assert shares(900, 3) == [300, 300, 300]
    assert who_pays("10", ["Ada", "Bob"]) == {"Ada": "5.00", "Bob": "5.00"}
