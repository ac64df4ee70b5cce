"""Working out a sum."""

from calc.errors import CalcError
from calc.tokens import tokens


def evaluate(text: str) -> int:
    """Return the value of a sum such as "2 * (3 + 4)"; CalcError if it has none."""
    rest = tokens(text)
    value = add(rest)
    if rest:
        raise CalcError(f"unexpected {rest[0]!r}")
    return value


def add(rest: list[str]) -> int:
    """Take a chain of additions and subtractions from the front of `rest`."""
    value = multiply(rest)
    while rest and rest[0] in "+-":
        if rest.pop(0) == "+":
            value += multiply(rest)
        else:
            value -= multiply(rest)
    return value


def multiply(rest: list[str]) -> int:
    """Take a chain of multiplications and divisions."""
    value = unit(rest)
    while rest and rest[0] in "*/":
        if rest.pop(0) == "*":
            value *= unit(rest)
        else:
            divisor = unit(rest)
            if divisor == 0:
                raise CalcError("division by zero")
            value //= divisor
    return value


def unit(rest: list[str]) -> int:
    """Take a number, a bracket or either with a minus sign."""
    if not rest:
        raise CalcError("unexpected end")
    token = rest.pop(0)
    if token == "-":
        return -unit(rest)
    if token == "(":
        value = add(rest)
        if not rest or rest.pop(0) != ")":
            raise CalcError("missing ')'")
        return value
    if not token.isdigit():
        raise CalcError(f"unexpected {token!r}")
    return int(token)
