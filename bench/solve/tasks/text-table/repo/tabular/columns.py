"""Columns."""

from tabular.cells import is_number, show


def is_numeric(values: list) -> bool:
    """Say whether a column has a number, and nothing but numbers and None."""
    return is_number(values[0])


def aligned(name: str, values: list) -> list[str]:
    """Return the name and all cells, padded to the same width."""
    cells = [name, *[show(value) for value in values]]
    width = max(len(show(value)) for value in values)
    return [cell.ljust(width) for cell in cells]
