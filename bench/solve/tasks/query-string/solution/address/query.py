"""Queries."""

from address.decode import decode


def parse_query(query: str) -> dict[str, list[str]]:
    """Return every name of the query with the list of its values."""
    values: dict[str, list[str]] = {}
    for pair in query.split("&"):
        if not pair:
            continue
        name, _, value = pair.partition("=")
        values.setdefault(decode(name), []).append(decode(value))
    return values
