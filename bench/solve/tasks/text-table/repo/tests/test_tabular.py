from tabular.cells import show
from tabular.render import render


def test_show():
    assert show("tea") == "tea"
    assert show(7) == "7"


def test_text_is_aligned_to_the_left():
    assert render(["a", "b"], [["one", "x"], ["three", "y"]]) == "a      b\none    x\nthree  y"
