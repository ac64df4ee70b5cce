import pytest
from ledger.allocate import allocate
from ledger.invoice import charge
from ledger.money import Money


def cents(amount, weights):
    return [part.cents for part in allocate(Money(amount), weights)]


def test_parts_follow_the_weights():
    assert cents(1000, [1, 3]) == [250, 750]
    assert cents(1000, [2, 0, 2]) == [500, 0, 500]


def test_a_lost_cent_goes_to_the_largest_remainder():
    assert cents(100, [1, 2]) == [33, 67]
    assert cents(10, [3, 3, 1]) == [4, 4, 2]
    assert cents(101, [10, 45, 45]) == [10, 46, 45]


def test_equal_remainders_go_to_the_first():
    assert cents(100, [1, 1, 1]) == [34, 33, 33]
    assert cents(5, [1, 1, 1]) == [2, 2, 1]


def test_negative_amounts_mirror_positive_ones():
    assert cents(-100, [1, 1, 1]) == [-34, -33, -33]
    assert cents(0, [1, 2]) == [0, 0]


def test_the_parts_always_add_up():
    for amount in (1, 99, 1234, -77):
        assert sum(cents(amount, [7, 1, 0, 13, 5])) == amount


def test_wrong_weights_are_refused():
    for weights in ([], [0, 0], [2, -1]):
        with pytest.raises(ValueError):
            allocate(Money(100), weights)


def test_the_currency_is_kept():
    assert charge(Money(1001, "USD"), {"it": 3, "hr": 1}) == {"it": "7.51 USD", "hr": "2.50 USD"}
