"""Counting words."""

from prose.words import words


def distinct(text: str) -> int:
    """Return how many different words `text` has."""
    return len(set(words(text)))
