"""Cutting a sum in tokens."""

from calc.errors import CalcError


def tokens(text: str) -> list[str]:
    """Return the numbers, operators and brackets of `text`."""
    result: list[str] = []
    number = ""
    for char in text + " ":
        if char.isdigit():
            number += char
            continue
        if number:
            result.append(number)
            number = ""
        if char in "+-*/()":
            result.append(char)
        elif char != " ":
            raise CalcError(f"unexpected {char!r}")
    return result
