"""Columns."""

from tabular.cells import is_number, show


def is_numeric(values: list) -> bool:
    """Say whether a column has a number, and nothing but numbers and None."""
    present = [value for value in values if value is not None]
    return bool(present) and all(is_number(value) for value in present)


def aligned(name: str, values: list) -> list[str]:
    """Return the name and all cells, padded to the same width."""
    cells = [name, *[show(value) for value in values]]
    width = max(len(cell) for cell in cells)
    if is_numeric(values):
        return [cell.rjust(width) for cell in cells]
    return [cell.ljust(width) for cell in cells]
