import pytest
from orders.errors import BadMove
from orders.order import Order


def walked(*states):
    order = Order()
    for state in states:
        order.move(state)
    return order


def test_the_usual_way():
    order = walked("paid", "shipped", "delivered")
    assert order.history == ["new", "paid", "shipped", "delivered"]
    assert order.is_final()


def test_a_paid_order_can_be_cancelled():
    assert walked("paid", "cancelled").history == ["new", "paid", "cancelled"]


def test_a_shipped_order_cannot_be_cancelled():
    with pytest.raises(BadMove):
        walked("paid", "shipped", "cancelled")


def test_a_bad_move_changes_nothing():
    order = walked("paid")
    with pytest.raises(BadMove):
        order.move("delivered")
    assert (order.state, order.history) == ("paid", ["new", "paid"])
    order.move("shipped")
    assert order.state == "shipped"


def test_the_message_names_both_states():
    with pytest.raises(BadMove, match="^new -> shipped$"):
        walked("shipped")


def test_an_order_does_not_move_to_its_own_state():
    with pytest.raises(BadMove):
        walked("paid", "paid")
