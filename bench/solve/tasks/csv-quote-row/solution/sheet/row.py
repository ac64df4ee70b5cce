"""One row as text."""


def format_row(cells: list[object]) -> str:
    """Return the cells as one line of CSV, without a line break at the end."""
    return ",".join(format_cell(cell) for cell in cells)


def format_cell(cell: object) -> str:
    """Return one cell, in quotes when it would be misread without."""
    text = "" if cell is None else str(cell)
    if any(char in text for char in ',"\n'):
        return '"' + text.replace('"', '""') + '"'
    return text
