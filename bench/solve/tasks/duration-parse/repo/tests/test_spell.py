from spell.parse import parse
from spell.write import write


def test_parse():
    assert parse("1h30m") == 5400
    assert parse("45s") == 45


def test_write():
    assert write(5400) == "1h30m"
    assert write(0) == "0s"
