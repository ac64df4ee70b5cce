"""Merging spans."""

from spans.span import Span


def merge(spans: list[Span]) -> list[Span]:
    """Return the fewest spans that hold the same numbers, in ascending order."""
    raise NotImplementedError
