from tabular.cells import show
from tabular.columns import is_numeric
from tabular.render import render


def test_numbers_are_aligned_to_the_right():
    assert render(["n", "x"], [[5, "a"], [120, "b"]]) == "  n  x\n  5  a\n120  b"


def test_the_name_may_be_the_widest():
    assert render(["name", "count"], [["a", 1], ["b", 20]]) == (
        "name  count\na         1\nb        20"
    )


def test_fractions_and_gaps():
    assert [show(value) for value in (2.5, None, 3, 0.126, True)] == [
        "2.50",
        "-",
        "3",
        "0.13",
        "True",
    ]


def test_what_makes_a_column_numeric():
    assert is_numeric([1, 2.5, None])
    assert is_numeric([None, 3])
    assert not is_numeric([1, "n/a"])
    assert not is_numeric([True, False])
    assert not is_numeric([None, None])


def test_a_table_without_rows():
    assert render(["name", "count"], []) == "name  count"


def test_a_mixed_table():
    rows = [["tea", 2.5, None], ["coffee beans", 12.25, 4], ["milk", None, 12]]
    assert render(["item", "price", "left"], rows) == (
        "item          price  left\n"
        "tea            2.50     -\n"
        "coffee beans  12.25     4\n"
        "milk              -    12"
    )
