"""The import graph, walked backwards from what changed."""

import pytest

from journeyman.judge.affected import affected_tests
from journeyman.judge.suite import Suite

SOURCES = {
    "src/shop/__init__.py": b"",
    "src/shop/money.py": b"import decimal\n",
    "src/shop/cart.py": b"from shop.money import Money\n",
    "src/shop/till.py": b"def go():\n    from . import cart  # late\n",
    "src/shop/far.py": b"",
    "tests/helpers.py": b"from shop import till as t\n",
    "tests/conftest.py": b"",
    "tests/test_money.py": b"import os, shop.money\n",
    "tests/test_cart.py": b"from shop.cart import (\n    total,\n)\n",
    "tests/test_till.py": b"import helpers\n",
    "tests/test_far.py": b"from shop.far import x\n",
    "tests/deep/conftest.py": b"import shop.far\n",
    "tests/deep/test_below.py": b"",
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("src/shop/money.py", {"test_money", "test_cart", "test_till"}),
        ("src/shop/cart.py", {"test_cart", "test_till"}),
        ("src/shop/far.py", {"test_far", "deep/test_below"}),
        ("tests/helpers.py", {"test_till"}),
        ("tests/test_far.py", {"test_far"}),
        ("docs/index.md", set()),
    ],
)
def test_what_reaches_a_change(changed: str, expected: set[str]) -> None:
    suite = Suite(import_roots=("src",))
    assert set(affected_tests(SOURCES, {changed}, suite)) == {f"tests/{name}.py" for name in expected}


def test_what_is_not_python_and_what_goes_round_in_circles_do_no_harm() -> None:
    circle = {
        "a.py": b"import b\n",
        "b.py": b"import a\nfrom . import a\nimport\nfrom x\n\xff",
        "test_a.py": b"import a",
    }
    assert affected_tests(circle, {"b.py"}, Suite()) == ("test_a.py",)
