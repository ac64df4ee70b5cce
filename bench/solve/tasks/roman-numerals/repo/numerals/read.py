"""Reading Roman numerals."""

from numerals.symbols import VALUES


def from_roman(text: str) -> int:
    """Return the number that a Roman numeral stands for."""
    total = 0
    for index, char in enumerate(text):
        value = VALUES[char]
        if index + 1 < len(text) and VALUES[text[index + 1]] > value:
            total -= value
        else:
            total += value
    return total
