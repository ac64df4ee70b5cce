import pytest
from calc.errors import CalcError
from calc.evaluate import evaluate


def test_one_operator():
    assert [evaluate(text) for text in ("7", "2 + 3", "2 - 3", "4 * 5", "9 / 3")] == [
        7,
        5,
        -1,
        20,
        3,
    ]


def test_multiplication_comes_before_addition():
    assert evaluate("2 + 3 * 4") == 14
    assert evaluate("20 - 12 / 3 + 1") == 17


def test_equal_operators_go_from_left_to_right():
    assert evaluate("10 - 4 - 3") == 3
    assert evaluate("100 / 10 / 5 * 3") == 6


def test_brackets():
    assert evaluate("2 * (3 + 4)") == 14
    assert evaluate("((1 + 2) * (7 - (2 + 1)))") == 12


def test_minus_signs():
    assert evaluate("-3 + 5") == 2
    assert evaluate("2 * -3") == -6
    assert evaluate("-(2 + 3) - -1") == -4


def test_division_rounds_down():
    assert evaluate("7 / 2") == 3
    assert evaluate("-7 / 2") == -4
    assert evaluate("1 - 7 / 2 * 2") == -5


def test_wrong_sums_are_refused():
    for text in ("", "2 +", "* 2", "(1 + 2", "1 + 2)", "2 3", "()", "4 / (2 - 2)"):
        with pytest.raises(CalcError):
            evaluate(text)
