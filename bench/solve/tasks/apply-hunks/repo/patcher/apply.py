"""Making edits."""

from patcher.hunk import Hunk


def apply_hunks(lines: list[str], hunks: list[Hunk]) -> list[str]:
    """Return the lines with all edits made; HunkError if one does not fit."""
    raise NotImplementedError
