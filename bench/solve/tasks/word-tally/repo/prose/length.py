"""Lengths of a text."""


def line_count(text: str) -> int:
    """Return the number of lines that are not blank."""
    return len([line for line in text.splitlines() if line.strip()])
