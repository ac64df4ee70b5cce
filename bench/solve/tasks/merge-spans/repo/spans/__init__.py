"""Spans of whole numbers."""

from spans.merge import merge
from spans.span import Span

__all__ = ["Span", "merge"]
