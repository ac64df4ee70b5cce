"""Cells as text."""


def show(value: object) -> str:
    """Return a cell as text: None is "-", numbers with a fraction have two decimals."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.2f}"
    return str(value)


def is_number(value: object) -> bool:
    """Say whether a cell is a number; True and False are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
