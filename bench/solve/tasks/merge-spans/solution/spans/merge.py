"""Merging spans."""

from spans.span import Span


def merge(spans: list[Span]) -> list[Span]:
    """Return the fewest spans that hold the same numbers, in ascending order."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if span.size() <= 0:
            continue
        if merged and span.start <= merged[-1].end:
            last = merged[-1]
            merged[-1] = Span(last.start, max(last.end, span.end))
        else:
            merged.append(span)
    return merged
