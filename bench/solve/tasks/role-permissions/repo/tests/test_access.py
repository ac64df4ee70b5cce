from access.gate import may_open
from access.menu import menu


def test_single_permission():
    assert may_open("writer", ["write"])
    assert not may_open("reader", ["write"])


def test_admin_sees_everything():
    assert menu("admin") == ["home", "editor", "trash"]
