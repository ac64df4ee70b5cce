"""One row as text."""


def format_row(cells: list[object]) -> str:
    """Return the cells as one line of CSV, without a line break at the end."""
    raise NotImplementedError
