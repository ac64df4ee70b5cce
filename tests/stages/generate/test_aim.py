"""Which definitions an answer should begin with."""

from journeyman.domain.verification import Baseline, TestOutcome, TestResult
from journeyman.stages.generate.aim import Aim, aim_at, head_of

CART = '''"""A cart."""


class Cart:
    def total(self):
        """Add up."""
        return self.sum_of([])

    def sum_of(self, items):
        raise NotImplementedError


def label(cart):
    return str(cart)
'''
FILES = {"shop/report.py": "def report():\n    return 1\n", "shop/cart.py": CART}
TESTS = "### tests/test_cart.py\n```python\nfrom shop.cart import Cart, label\nfrom shop.report import report\n```"
NODE = "tests/test_cart.py::test_total"


def aimed(message: str, *, files: dict[str, str] = FILES, tests: str = TESTS, outcome: str = "failed") -> Aim:
    result = TestResult(node_id=NODE, outcome=TestOutcome(outcome), message=message)
    return aim_at(files, Baseline(results=(result,)), tests, wanted=(NODE,))


def test_the_deepest_frame_of_the_product_is_meant() -> None:
    message = "shop/cart.py:7: \nE  NotImplementedError\nshop/cart.py:10: NotImplementedError"
    assert aimed(message) == Aim(path="shop/cart.py", names=("Cart.sum_of",))


def test_frames_of_libraries_and_tests_are_not() -> None:
    message = "tests/test_cart.py:3: \nshop/cart.py:14: \nsite/lib.py:9: TypeError"
    assert aimed(message) == Aim(path="shop/cart.py", names=("label",))


def test_a_name_that_cannot_be_imported_is_to_be_written() -> None:
    message = "E   ImportError: cannot import name 'discount' from 'shop.cart' (/work/shop/cart.py)"
    assert aimed(message) == Aim(path="shop/cart.py", names=("discount",))


def test_else_the_likeliest_file_and_what_the_tests_use_of_it() -> None:
    assert aimed("E   assert 1 == 2") == Aim(path="shop/report.py", names=("report",))


def test_what_passes_or_is_not_wanted_says_nothing() -> None:
    message = "shop/cart.py:10: NotImplementedError"
    assert aimed(message, outcome="passed", tests="") == Aim(path="shop/report.py")
    other = TestResult(node_id="tests/test_other.py::test_x", outcome=TestOutcome.FAILED, message=message)
    assert aim_at(FILES, Baseline(results=(other,)), "", wanted=(NODE,)) == Aim(path="shop/report.py")


def test_many_names_are_no_aim() -> None:
    tests = "```python\nfrom shop.report import a, b, c, d, e\n```"
    assert aimed("E   assert 1 == 2", tests=tests) == Aim(path="shop/report.py")


def test_nothing_is_known_of_nothing() -> None:
    assert aimed("", files={}, tests="```python\nnot python\n```") == Aim(path="")


def test_a_file_that_does_not_parse_has_no_names() -> None:
    files = {"shop/cart.py": "def broken(:\n"}
    assert aimed("shop/cart.py:1: SyntaxError", files=files) == Aim(path="shop/cart.py", names=("Cart", "label"))


def test_the_head_of_a_method_stands_in_its_class() -> None:
    assert head_of(CART, "Cart.total") == 'class Cart:\n    def total(self):\n        """Add up."""\n'


def test_a_head_ends_where_the_work_begins() -> None:
    assert head_of("@cached\ndef f(\n    a,\n):\n    return a\n", "f") == "@cached\ndef f(\n    a,\n):\n"


def test_what_has_no_head() -> None:
    assert [head_of(CART, "Cart"), head_of(CART, "gone"), head_of("def f(): return 1\n", "f"), head_of("(", "f")] == [
        ""
    ] * 4
