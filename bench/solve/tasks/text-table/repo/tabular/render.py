"""Whole tables."""

from tabular.columns import aligned


def render(names: list[str], rows: list[list]) -> str:
    """Return a header line and one line per row; columns stand two blanks apart."""
    columns = [aligned(name, [row[index] for row in rows]) for index, name in enumerate(names)]
    return "\n".join("  ".join(line).rstrip() for line in zip(*columns))
