"""Cells as text."""


def show(value: object) -> str:
    """Return a cell as text: None is "-", numbers with a fraction have two decimals."""
    return str(value)


def is_number(value: object) -> bool:
    """Say whether a cell is a number; True and False are none."""
    return isinstance(value, int)
