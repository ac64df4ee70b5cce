"""Fielded BM25 over a layout: a match in a name weighs more than one in a path, and that more than one in the body.

Robertson, Zaragoza, Taylor: "Simple BM25 extension to multiple weighted fields" (2004).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from journeyman.retrieval.layout import Layout
from journeyman.retrieval.question import Question

SATURATION = 1.2
"""k1: how soon more of the same word adds nothing."""
LENGTH_PENALTY = 0.5
"""b: how much a long field's matches count less."""

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a match is worth, by where it is."""

    name: float = 3.0
    path: float = 2.0
    prose: float = 1.0
    body: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkScores:
    """One value per chunk."""

    words: Scores
    title: Scores
    name: Scores


class Lexical:
    """Scores chunks and files by the words of a question; made once per layout, then only read."""

    def __init__(self, layout: Layout, weights: Weights | None = None) -> None:
        self._layout = layout
        self._weights = weights or Weights()
        self._columns = np.array([self._weights.name, self._weights.prose, self._weights.body], np.float32)
        self._owners = layout.files_of_chunks
        self._sizes = np.diff(layout.firsts)
        self._damping = _damping(layout.lengths)
        words = np.bincount(self._owners, layout.lengths.sum(axis=1), minlength=len(layout.paths))
        self._file_damping = _damping(words.astype(np.float32).reshape(-1, 1))[:, 0]

    def chunks(self, question: Question) -> "ChunkScores":
        """Return what the words of a question, of its first line, and in names alone say of each chunk."""
        words, title, name = (np.zeros(len(self._owners), np.float32) for _ in range(3))
        for term, count in question.words.items():
            places, strength, in_names = self._matches(term)
            rarity = self._rarity(len(places), len(words))
            worth = rarity * _saturated(strength)
            words[places] += (1 + math.log(count)) * worth
            if in_title := question.title_words.get(term):
                title[places] += (1 + math.log(in_title)) * worth
            if in_names is not None:
                name[places] += (1 + math.log(count)) * rarity * _saturated(in_names)
        return ChunkScores(words=words, title=title, name=name)

    def _matches(self, term: int) -> tuple[NDArray[np.int64], Scores, Scores | None]:
        """Return the chunks that a term speaks for, how strongly over all, and in names alone if it is in any."""
        layout, weights = self._layout, self._weights
        run = layout.chunk_terms.run(term)
        places = layout.chunk_terms.places[run].astype(np.int64)
        damped = layout.chunk_terms.counts[run].astype(np.float32) * self._damping[places]
        strength: Scores = (damped @ self._columns).astype(np.float32)
        names: Scores | None = damped[:, 0] if damped[:, 0].any() else None
        files = layout.path_terms.places[layout.path_terms.run(term)]
        if not len(files):
            return places, strength, names
        in_path = np.zeros(len(self._sizes), np.float32)
        in_path[files] = weights.path
        everywhere = in_path[self._owners]
        everywhere[places] += strength
        found = np.flatnonzero(everywhere).astype(np.int64)
        if names is not None:
            wide = np.zeros(len(self._owners), np.float32)
            wide[places] = names
            names = wide[found]
        return found, everywhere[found], names

    def files(self, wanted: Mapping[int, int]) -> Scores:
        """Return a score per file: its text as one document, its path counted thrice."""
        scores = np.zeros(len(self._sizes), np.float32)
        for term, count in wanted.items():
            run = self._layout.chunk_terms.run(term)
            counts = self._layout.chunk_terms.counts[run].sum(axis=1, dtype=np.float32)
            owners = self._owners[self._layout.chunk_terms.places[run]]
            found = np.bincount(owners, counts, minlength=len(scores)).astype(np.float32) * self._file_damping
            found[self._layout.path_terms.places[self._layout.path_terms.run(term)]] += 3.0
            holding = int(np.count_nonzero(found))
            scores += self._rarity(holding, len(scores)) * (1 + math.log(count)) * _saturated(found)
        return scores

    def paths(self, wanted: Mapping[int, int]) -> Scores:
        """Return a score per file by the words of its path alone."""
        scores = np.zeros(len(self._sizes), np.float32)
        for term in wanted:
            files = self._layout.path_terms.places[self._layout.path_terms.run(term)]
            scores[files] += self._rarity(len(files), len(scores))
        return scores

    @staticmethod
    def _rarity(holding: int, total: int) -> float:
        return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


def _saturated(strength: Scores) -> Scores:
    return strength / (SATURATION + strength)


def _damping(lengths: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return, per document and field, what a match counts: less in a long field."""
    average = np.maximum(lengths.mean(axis=0), 1.0) if len(lengths) else np.ones(lengths.shape[1], np.float32)
    damping: NDArray[np.float32] = (1 / (1 - LENGTH_PENALTY + LENGTH_PENALTY * lengths / average)).astype(np.float32)
    return damping
