"""Working out a sum."""

from calc.tokens import tokens


def evaluate(text: str) -> int:
    """Return the value of a sum such as "2 * (3 + 4)"; CalcError if it has none."""
    raise NotImplementedError
