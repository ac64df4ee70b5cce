"""Counting words."""

from prose.words import words


def distinct(text: str) -> int:
    """Return how many different words `text` has."""
    return len(set(words(text)))


def tally(text: str) -> dict[str, int]:
    """Return how often each word of `text` occurs."""
    counts: dict[str, int] = {}
    for word in words(text):
        counts[word] = counts.get(word, 0) + 1
    return counts
