import pytest
from depot.errors import Shortage
from depot.reserve import reserve
from depot.store import Store


def test_reserve_takes_the_goods():
    store = Store(bolt=5, nut=3)
    reserve(store, [("bolt", 2), ("nut", 3)])
    assert (store.free("bolt"), store.free("nut")) == (3, 0)


def test_shortage():
    with pytest.raises(Shortage, match="not enough: bolt"):
        reserve(Store(bolt=1), [("bolt", 2)])
