from orders.order import Order
from orders.rules import allowed


def test_a_new_order():
    order = Order()
    assert order.state == "new"
    assert not order.is_final()


def test_rules():
    assert allowed("new", "paid")
    assert not allowed("delivered", "new")
