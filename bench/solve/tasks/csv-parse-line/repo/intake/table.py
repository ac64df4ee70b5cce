"""Whole tables."""

from intake import fields
from intake.errors import BadLine


def read_table(text: str) -> list[dict[str, str]]:
    """Return one dictionary per line after the header; every line needs all columns."""
    header, *lines = [line for line in text.splitlines() if line]
    names = fields.split_line(header)
    rows = []
    for line in lines:
        values = fields.split_line(line)
        if len(values) != len(names):
            raise BadLine(f"expected {len(names)} fields, found {len(values)}")
        rows.append(dict(zip(names, values)))
    return rows
