from access.gate import may_open
from access.menu import menu


def test_every_permission_is_needed():
    assert not may_open("reader", ["read", "write"])
    assert not may_open("writer", ["read", "write", "delete"])


def test_all_present_opens():
    assert may_open("admin", ["delete", "read"])


def test_a_page_that_needs_nothing_is_open():
    assert may_open("reader", [])
    assert may_open("nobody", [])


def test_menus():
    assert menu("reader") == ["home"]
    assert menu("writer") == ["home", "editor"]


def test_unknown_role_sees_nothing():
    assert menu("nobody") == []
