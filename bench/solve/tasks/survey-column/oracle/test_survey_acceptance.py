from survey.columns import column
from survey.load import load
from survey.stats import mean_of

ROWS = [{"name": "Ada", "age": "36"}, {"name": "Bob", "age": ""}, {"name": "Cy"}]


def test_values_in_order():
    assert column(ROWS, "name") == ["Ada", "Bob", "Cy"]


def test_missing_and_empty_values_are_left_out():
    assert column(ROWS, "age") == ["36"]


def test_unknown_column():
    assert column(ROWS, "city") == []
    assert column([], "name") == []


def test_zero_is_a_value():
    assert column([{"n": "0"}, {"n": "0"}], "n") == ["0", "0"]


def test_mean_of_a_loaded_column():
    assert mean_of(load("name,age\nAda,30\nBob,\nCy,20\nDee\n"), "age") == 25.0
