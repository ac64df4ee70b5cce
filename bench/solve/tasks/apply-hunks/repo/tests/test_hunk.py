from patcher.hunk import Hunk


def test_hunks_are_values():
    assert Hunk(1, ("a",), ()) == Hunk(1, ("a",), ())
