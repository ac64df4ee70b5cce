"""Sub-words: how a static embedding reads text. Common stems have a vector of their own, rare words share pieces."""

from collections.abc import Iterable, Mapping, Sequence
from zlib import crc32

from journeyman.retrieval.words import stems

BUCKETS = 8192
"""Vectors that the three-letter pieces of rare words share."""
_PIECE = 3
_MOST_PIECES = 12
_MOST_REMEMBERED = 200_000


class Subwords:
    """Turns words into the rows of an embedding. The first rows are the buckets, then one per known stem."""

    def __init__(self, known: Iterable[str]) -> None:
        self._rows: Mapping[str, int] = {stem: BUCKETS + number for number, stem in enumerate(known)}
        self._remembered: dict[str, tuple[int, ...]] = {}

    def __len__(self) -> int:
        return BUCKETS + len(self._rows)

    def rows(self, words: Iterable[str]) -> list[int]:
        """Return the rows for some words, in order, repeats included."""
        found: list[int] = []
        remembered = self._remembered
        for word in words:
            rows = remembered.get(word)
            if rows is None:
                if len(remembered) > _MOST_REMEMBERED:
                    remembered.clear()
                rows = remembered[word] = tuple(self._rows_of_word(word))
            found += rows
        return found

    def _rows_of_word(self, word: str) -> Sequence[int]:
        found: list[int] = []
        for stem in stems(word):
            row = self._rows.get(stem)
            found += [row] if row is not None else pieces(stem)
        return found


def pieces(stem: str) -> list[int]:
    """Return the buckets of a rare stem's pieces, its ends marked."""
    marked = f"<{stem}>"
    starts = range(max(len(marked) - _PIECE + 1, 1))
    return [crc32(marked[start : start + _PIECE].encode()) % BUCKETS for start in starts][:_MOST_PIECES]
