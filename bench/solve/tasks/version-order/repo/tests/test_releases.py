from releases.catalog import newest, ordered, updates
from releases.version import is_newer


def test_is_newer():
    assert is_newer("1.3", "1.2")
    assert not is_newer("1.2", "1.2")


def test_catalog():
    assert newest(["1.1", "1.3", "1.2"]) == "1.3"
    assert ordered(["2.0.1", "1.9.9"]) == ["1.9.9", "2.0.1"]
    assert updates("1.2", ["1.1", "1.3"]) == ["1.3"]
