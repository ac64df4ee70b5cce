from numerals.read import from_roman
from numerals.symbols import is_roman


def test_from_roman():
    assert from_roman("XIV") == 14


def test_is_roman():
    assert is_roman("MMX")
    assert not is_roman("ABC")
