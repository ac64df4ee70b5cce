import pytest

from stockroom.ledger import Ledger, OutOfStockError


def test_counts_what_comes_and_goes():
    ledger = Ledger()
    ledger.receive("A-1", 5)
    ledger.ship("A-1", 2)
    assert ledger.quantity("A-1") == 3
    assert ledger.quantity("Z-9") == 0


def test_refuses_to_ship_what_is_not_there():
    ledger = Ledger()
    ledger.receive("A-1", 1)
    with pytest.raises(OutOfStockError, match="2 wanted, 1 there"):
        ledger.ship("A-1", 2)
    assert ledger.quantity("A-1") == 1


@pytest.mark.parametrize("quantity", [0, -3])
def test_refuses_quantities_that_are_not_positive(quantity):
    with pytest.raises(ValueError, match="positive"):
        Ledger().receive("A-1", quantity)
