"""Fusing signals: a weighted sum, then a share for the chunks of files that match well as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

WEIGHTS: Mapping[str, float] = {
    "words": 1.0,
    "title": 0.35,
    "file": 0.35,
    "path": 0.35,
    "name": 0.15,
    "meaning": 0.5,
    "past": 0.1,
    "linked": 0.1,
    "named": 0.15,
    "named-file": 0.5,
    "aside": 1.0,
    "test": 1.5,
}
"""Learnt on the development repositories, each left out once (`bench/retrieval/learn.py`)."""
COHERENCE = 0.1
_VOTERS = 60
"""So many of the best chunks vote for their files."""
_LEXICAL = ("words", "title", "name", "file", "named")
_DENSE = ("meaning",)
_STRUCTURAL = ("path", "named-file", "linked", "past", "test", "aside", "coherence")

_SPEAKING = {"words": 0.0, "meaning": 0.5, "named": 0.0, "named-file": 0.0}
"""Signals that alone make a chunk worth showing, above these values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fused:
    """A score per chunk, and what each signal gave to it."""

    scores: Scores
    matched: NDArray[np.bool_]
    """Whether a chunk has anything to do with the question."""
    parts: Mapping[str, Scores]

    def why(self, chunk: int) -> dict[str, float]:
        """Return what gave a chunk its score: every signal that said anything."""
        said = {name: float(part[chunk]) for name, part in self.parts.items()}
        return {name: round(value, 4) for name, value in said.items() if abs(value) >= 0.00005}


def fuse(
    signals: Mapping[str, Scores],
    owners: NDArray[np.int64],
    weights: Mapping[str, float] = WEIGHTS,
    coherence: float = COHERENCE,
) -> Fused:
    """Add the signals up."""
    matched = np.any([signals[name] > least for name, least in _SPEAKING.items() if name in signals], axis=0)
    parts = {name: weight * signals[name] for name, weight in weights.items() if name in signals and weight}
    total = np.zeros(len(owners), np.float32)
    for part in parts.values():
        total += part
    if len(total):
        floor = float(np.partition(total, -_VOTERS)[-_VOTERS]) if len(total) > _VOTERS else float(total.min())
        votes = np.bincount(owners, np.maximum(total - floor, 0.0))
        parts["coherence"] = (coherence * votes / (votes.max(initial=0.0) or 1.0)).astype(np.float32)[owners]
        total += parts["coherence"]
    return Fused(scores=total, matched=matched, parts=parts)


def grouped(why: Mapping[str, float]) -> dict[str, float]:
    """Return the lexical, dense and structural shares of a score."""
    groups = {"lexical": _LEXICAL, "dense": _DENSE, "structural": _STRUCTURAL}
    return {group: round(sum(why.get(name, 0.0) for name in names), 4) for group, names in groups.items()}
