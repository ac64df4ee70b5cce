"""A whole table as text."""

from sheet.row import format_row
from sheet.table import Table


def export(table: Table) -> str:
    """Return the table as CSV; every line ends with a line break."""
    lines = [format_row(list(table.header)), *[format_row(row) for row in table.rows]]
    return "".join(line + "\n" for line in lines)
