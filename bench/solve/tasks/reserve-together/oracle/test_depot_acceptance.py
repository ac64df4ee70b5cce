import pytest
from depot.errors import Shortage
from depot.reserve import reserve
from depot.store import Store


def test_nothing_is_taken_when_something_is_missing():
    store = Store(bolt=5, nut=1)
    with pytest.raises(Shortage):
        reserve(store, [("bolt", 2), ("nut", 3)])
    assert (store.free("bolt"), store.free("nut")) == (5, 1)


def test_all_missing_goods_are_named_in_order():
    with pytest.raises(Shortage) as caught:
        reserve(Store(bolt=1), [("nut", 1), ("bolt", 9), ("gear", 1)])
    assert caught.value.names == ["bolt", "gear", "nut"]


def test_the_same_goods_twice_add_up():
    store = Store(bolt=5)
    with pytest.raises(Shortage) as caught:
        reserve(store, [("bolt", 3), ("bolt", 3)])
    assert caught.value.names == ["bolt"]
    assert store.free("bolt") == 5


def test_the_last_pieces_can_be_taken():
    store = Store(bolt=5)
    reserve(store, [("bolt", 3), ("bolt", 2)])
    assert store.free("bolt") == 0


def test_an_empty_order():
    store = Store(bolt=5)
    reserve(store, [])
    assert store.free("bolt") == 5
