import pytest
from patcher.apply import apply_hunks
from patcher.errors import HunkError
from patcher.hunk import Hunk
from patcher.text import patch

LINES = ["a", "b", "c", "d", "e"]


def test_replace_insert_and_delete():
    assert apply_hunks(LINES, [Hunk(2, ("b", "c"), ("B",))]) == ["a", "B", "d", "e"]
    assert apply_hunks(LINES, [Hunk(1, (), ("x", "y"))]) == ["x", "y", *LINES]
    assert apply_hunks(LINES, [Hunk(5, ("e",), ())]) == ["a", "b", "c", "d"]


def test_line_numbers_are_those_of_the_original():
    hunks = [Hunk(1, ("a",), ("1", "2", "3")), Hunk(4, ("d",), ("D",))]
    assert apply_hunks(LINES, hunks) == ["1", "2", "3", "b", "c", "D", "e"]


def test_edits_may_come_in_any_order_and_touch():
    hunks = [Hunk(3, ("c",), ("C",)), Hunk(2, ("b",), ()), Hunk(4, (), ("+",))]
    assert apply_hunks(LINES, hunks) == ["a", "C", "+", "d", "e"]


def test_insert_after_the_last_line():
    assert apply_hunks(LINES, [Hunk(6, (), ("f",))]) == [*LINES, "f"]
    assert apply_hunks([], [Hunk(1, (), ("f",))]) == ["f"]


def test_lines_that_differ_are_refused():
    for hunk in (Hunk(2, ("x",), ()), Hunk(5, ("e", "f"), ()), Hunk(7, (), ("g",))):
        with pytest.raises(HunkError) as caught:
            apply_hunks(LINES, [hunk])
        assert str(caught.value) == f"line {hunk.start}: mismatch"


def test_overlapping_edits_are_refused():
    with pytest.raises(HunkError, match="^line 3: overlap$"):
        apply_hunks(LINES, [Hunk(3, ("c",), ()), Hunk(2, ("b", "c"), ("x",))])


def test_a_text_and_unchanged_input():
    lines = list(LINES)
    apply_hunks(lines, [Hunk(1, ("a",), ())])
    assert lines == LINES
    assert (
        patch("one\ntwo\n", Hunk(2, ("two",), ("2", "3")), Hunk(1, (), ("0",))) == "0\none\n2\n3\n"
    )
