"""Columns of a survey."""


def column(rows: list[dict[str, str]], name: str) -> list[str]:
    """Return the values of column `name`, leaving out rows where it is missing or empty."""
    return [row[name] for row in rows if row.get(name)]
