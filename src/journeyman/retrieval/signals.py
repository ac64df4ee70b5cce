"""The signals that speak for a chunk: by words, by meaning, by structure and by history, each on its own scale."""

import numpy as np
from numpy.typing import NDArray

from journeyman.ports.vectors import Nearest, Scope
from journeyman.retrieval.cut_file import last_names
from journeyman.retrieval.graph import spread
from journeyman.retrieval.layout import Layout
from journeyman.retrieval.lexical import Lexical
from journeyman.retrieval.past import Past
from journeyman.retrieval.question import Question
from journeyman.retrieval.walk import is_aside, is_test
from journeyman.retrieval.words import counted

Scores = NDArray[np.float32]
_LEAST_COSINE = 0.3
"""Below it, even the nearest chunk is about something else."""


class Searchable:
    """A layout with what is worked out once for all its searches. Immutable; blocking calls."""

    def __init__(self, layout: Layout, past: Past, scope: Scope | None = None) -> None:
        self.layout = layout
        self.scope = scope or Scope(repository="", firsts={}, chunks=len(layout.symbols))
        self.owners = layout.files_of_chunks
        self._lexical = Lexical(layout)
        self._past = past
        self._tests = np.array([is_test(path) for path in layout.paths], bool)
        self._asides = np.array([is_aside(path) for path in layout.paths], bool)
        self._named: dict[str, list[int]] = {}
        for number, names in enumerate(layout.names):
            for name in set(names.split(" ")):
                self._named.setdefault(name.strip("_"), []).append(number)
        self._endings: dict[str, list[int]] = {}
        for number, path in enumerate(layout.paths):
            parts = path.split("/")
            for start in range(len(parts)):
                self._endings.setdefault("/".join(parts[start:]), []).append(number)

    def signals(self, question: Question, near: Nearest | None) -> dict[str, Scores]:
        """Return every signal, one value per chunk; scaled so that the strongest chunk has 1 (penalties: -1)."""
        lexical, owners = self._lexical, self.owners
        chunks = lexical.chunks(question)
        paths = lexical.paths(question.words)
        found = {
            "words": chunks.words,
            "title": chunks.title,
            "name": chunks.name,
            "file": lexical.files(question.words)[owners],
            "path": paths[owners],
            "past": self._past.files(question.words)[owners],
        }
        found = {name: scores / (scores.max(initial=0.0) or 1.0) for name, scores in found.items()}
        if near is not None and len(near.chunks):
            found["meaning"] = _stretched(near, len(owners))
        named_files = self._files_named(question)
        named = self._chunks_named(question)
        found["named"] = named
        found["named-file"] = named_files[owners].astype(np.float32)
        spared = (named > 0) | named_files[owners]
        found["test"] = -(self._tests[owners] & ~spared).astype(np.float32)
        found["aside"] = -(self._asides[owners] & ~self._tests[owners] & ~spared).astype(np.float32)
        found["linked"] = self._linked(found["words"] * named)
        return found

    def defining(self, name: str) -> list[int]:
        """Return the chunks that define a name; of a qualified one, those whose symbol ends in it. Tests come last."""
        last = last_names((name,))[0].lower().strip("_")
        chunks = self._named.get(last, [])
        exact = [chunk for chunk in chunks if self.layout.symbols[chunk].lower().endswith(name.lower())]
        chosen = exact if exact and last != name.lower().strip("_") else chunks
        return sorted(chosen, key=lambda chunk: (bool(self._tests[self.owners[chunk]]), chunk))

    def using(self, name: str) -> list[int]:
        """Return the files that may use a name, in order: they hold all its words."""
        words = counted(name)
        runs = [self.layout.chunk_terms.places[self.layout.chunk_terms.run(word)] for word in words]
        holding = [set(self.owners[run].tolist()) for run in runs]
        return sorted(set.intersection(*holding)) if holding else []

    def _chunks_named(self, question: Question) -> Scores:
        scores = np.zeros(len(self.owners), np.float32)
        for name in question.names:
            scores[self._named.get(name, [])] = 1.0
        return scores

    def _files_named(self, question: Question) -> NDArray[np.bool_]:
        files = np.zeros(len(self.layout.paths), bool)
        for path in question.paths:
            files[self._endings.get(path, [])] = True
        return files

    def _linked(self, strength: Scores) -> Scores:
        """Return how near a chunk's file is, in the graph of uses, to the files of what the question names."""
        if not strength.any():
            return np.zeros(len(self.owners), np.float32)
        seed = np.zeros(len(self.layout.paths))
        np.maximum.at(seed, self.owners, strength)
        near = spread(self.layout.edges, seed**2)
        return (near / (near.max(initial=0.0) or 1.0)).astype(np.float32)[self.owners]


def _stretched(near: Nearest, chunks: int) -> Scores:
    """Stretch cosines so that the middle of the field is 0 and the best 1, or all to 0 when none is near.

    Of a store that tells the nearest alone, the last of them is as good as the middle.
    """
    cosines = near.cosines
    low = float(cosines.mean() if len(cosines) == chunks else cosines.min())
    high = float(cosines.max(initial=0.0))
    scores = np.zeros(chunks, np.float32)
    if high >= _LEAST_COSINE:
        scores[near.chunks] = np.clip((cosines - low) / ((high - low) or 1.0), 0, 1)
    return scores
