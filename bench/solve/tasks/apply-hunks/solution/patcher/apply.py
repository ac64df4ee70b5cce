"""Making edits."""

from patcher.errors import HunkError
from patcher.hunk import Hunk


def apply_hunks(lines: list[str], hunks: list[Hunk]) -> list[str]:
    """Return the lines with all edits made; HunkError if one does not fit."""
    result: list[str] = []
    position = 0
    for hunk in sorted(hunks, key=lambda hunk: hunk.start):
        begin, end = hunk.start - 1, hunk.start - 1 + len(hunk.old)
        if begin < position:
            raise HunkError(f"line {hunk.start}: overlap")
        if begin > len(lines) or tuple(lines[begin:end]) != hunk.old:
            raise HunkError(f"line {hunk.start}: mismatch")
        result += lines[position:begin]
        result += hunk.new
        position = end
    return result + lines[position:]
