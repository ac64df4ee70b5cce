"""Equality of test files as syntax trees: whatever is not waived and not new must be the very same."""

from collections.abc import Collection

from journeyman.judge.protection.python_reader import read_python_edits


def only_waived_or_new(before: bytes, after: bytes, waived: Collection[str]) -> bool:
    """Return whether two versions of a test file differ only in waived tests and in tests added.

    Args:
        before: the base's content.
        after: the candidate's.
        waived: names within the file, `test_x` or `TestX::test_y`, that may differ or be gone.

    A file that does not parse is never the same as another.
    """
    return not read_python_edits(before, after, waived)
