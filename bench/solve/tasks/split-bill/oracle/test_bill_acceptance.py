import pytest
from bill.split import shares
from bill.table import who_pays


def test_no_cent_is_lost():
    assert sum(shares(1000, 3)) == 1000
    assert sum(shares(9999, 7)) == 9999


def test_the_first_people_pay_the_odd_cents():
    assert shares(1000, 3) == [334, 333, 333]
    assert shares(1001, 3) == [334, 334, 333]


def test_fewer_cents_than_people():
    assert shares(2, 4) == [1, 1, 0, 0]
    assert shares(0, 2) == [0, 0]


def test_at_least_one_person():
    with pytest.raises(ValueError):
        shares(100, 0)


def test_table():
    assert who_pays("0.05", ["Ada", "Bob", "Cy"]) == {"Ada": "0.02", "Bob": "0.02", "Cy": "0.01"}
