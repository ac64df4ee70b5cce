"""The symbols."""

VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}


def is_roman(text: str) -> bool:
    """Say whether `text` has only Roman symbols."""
    return bool(text) and all(char in VALUES for char in text)
