"""Reading durations."""

from spell.units import SECONDS


def parse(text: str) -> int:
    """Return the seconds of a duration such as "1h30m"; ValueError if it is none."""
    total = 0
    number = ""
    for char in text:
        if char.isdigit():
            number += char
        else:
            total += int(number) * SECONDS[char]
            number = ""
    return total
