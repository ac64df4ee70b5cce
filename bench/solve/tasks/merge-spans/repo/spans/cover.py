"""Questions about many spans."""

from spans.merge import merge
from spans.span import Span


def covered(spans: list[Span]) -> int:
    """Return how many different numbers the spans hold together."""
    return sum(span.size() for span in merge(spans))
