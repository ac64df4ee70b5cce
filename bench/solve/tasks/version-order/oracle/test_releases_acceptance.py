from releases.catalog import newest, ordered, updates
from releases.version import is_newer


def test_parts_compare_as_numbers():
    assert is_newer("1.10", "1.9")
    assert is_newer("10.0", "9.9")


def test_missing_parts_are_zero():
    assert not is_newer("1.2.0", "1.2")
    assert not is_newer("1.2", "1.2.0")
    assert is_newer("1.2.1", "1.2")


def test_a_leading_v_does_not_matter():
    assert is_newer("v1.3", "1.2")
    assert not is_newer("v1.2", "1.2")


def test_ordering():
    assert ordered(["v1.10.1", "1.2", "1.10", "v1.9"]) == ["1.2", "v1.9", "1.10", "v1.10.1"]
    assert newest(["0.9", "0.10", "0.1"]) == "0.10"


def test_updates():
    assert updates("v2.0", ["2", "2.0.0", "2.0.0.1", "v10.0", "1.99"]) == ["2.0.0.1", "v10.0"]


def test_all_zero():
    assert not is_newer("0.0", "0")
    assert is_newer("0.0.1", "v0")
