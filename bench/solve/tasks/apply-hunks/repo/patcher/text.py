"""Edits to whole texts."""

from patcher.apply import apply_hunks
from patcher.hunk import Hunk


def patch(text: str, *hunks: Hunk) -> str:
    """Return the text, whose lines end with line breaks, with all edits made."""
    lines = apply_hunks(text.splitlines(), list(hunks))
    return "".join(line + "\n" for line in lines)
