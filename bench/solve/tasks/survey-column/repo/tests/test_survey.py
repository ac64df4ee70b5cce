from survey.load import load
from survey.stats import mean


def test_load():
    assert load("name,age\nAda,36\n") == [{"name": "Ada", "age": "36"}]


def test_mean():
    assert mean([1.0, 2.0]) == 1.5
    assert mean([]) == 0.0
