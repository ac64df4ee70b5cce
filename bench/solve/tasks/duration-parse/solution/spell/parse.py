"""Reading durations."""

from spell.units import SECONDS


def parse(text: str) -> int:
    """Return the seconds of a duration such as "1h30m"; ValueError if it is none."""
    total = 0
    number = ""
    smallest = float("inf")
    for char in text.strip().lower():
        if char in "0123456789":
            number += char
        elif char == " " and not number:
            continue
        elif char in SECONDS and number and SECONDS[char] < smallest:
            smallest = SECONDS[char]
            total += int(number) * smallest
            number = ""
        else:
            raise ValueError(f"not a duration: {text!r}")
    if number or smallest == float("inf"):
        raise ValueError(f"not a duration: {text!r}")
    return total
