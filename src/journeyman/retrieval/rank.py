"""Ranking the chunks of one tree for a query: a weighted sum of normalised scores."""

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from journeyman.domain.context import Query
from journeyman.retrieval.chunk import Chunk
from journeyman.retrieval.lexical import Bag, FieldedBm25, Vocabulary
from journeyman.retrieval.walk import is_aside, is_test
from journeyman.retrieval.words import identifiers, terms

NAME_WEIGHT, PATH_WEIGHT, BODY_WEIGHT = 3.0, 2.0, 1.0
FIRST_LINE = 0.35
"""A spec's title is nearly as good a query as all of its text."""
NAMED_SYMBOL = 0.3
NAMED_PATH = 0.5
COHERENCE = 0.2
"""For chunks of the file whose chunks match best together."""
TEST, ASIDE = -0.7, -0.4
"""For tests, and for examples and documents, that the query does not name: the product comes first."""
_LOOKED_AT = 2000
"""Chunks that may be ranked by more than their words."""
_COHERENT = 60
"""So many of the best chunks vote for their files."""
_NAMED_PATH = re.compile(r"[\w./-]+")
_LONGEST_PATH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedFile:
    """One file, cut and counted; the same for every tree that holds its blob under its suffix."""

    text: str
    chunks: tuple[Chunk, ...]
    names: tuple[Bag, ...]
    """One per chunk."""
    bodies: tuple[Bag, ...]
    """One per chunk."""


class RankedTree:
    """The chunks of one tree, ready to be searched. Immutable; blocking calls."""

    def __init__(self, files: Mapping[str, IndexedFile], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.paths = tuple(files)
        self.texts = tuple(file.text for file in files.values())
        self.places = tuple((file, chunk) for file, path in enumerate(files) for chunk in files[path].chunks)
        paths = [vocabulary.bag(terms(path)) for path in files]
        documents = [
            (name, path, body)
            for file, path in zip(files.values(), paths, strict=True)
            for name, body in zip(file.names, file.bodies, strict=True)
        ]
        self._chunks = FieldedBm25(documents, weights=(NAME_WEIGHT, PATH_WEIGHT, BODY_WEIGHT))
        self._standing = [TEST if is_test(path) else ASIDE if is_aside(path) else 0.0 for path in files]
        self._numbers: dict[str, list[int]] = {path: [] for path in files}
        for number, (file, _) in enumerate(self.places):
            self._numbers[self.paths[file]].append(number)
        self._symbols = [_last_names(chunk) for _, chunk in self.places]

    def rank(self, query: Query) -> list[tuple[int, float]]:
        """Return (index into `places`, score) of the chunks that match, best first, at most `query.limit`."""
        scores = self._matches(query)
        self._add_coherence(scores)
        given = {number for number, path in enumerate(self.paths) if path in query.paths}
        wanted, named = identifiers(query.text), self._named_paths(query)
        for number in scores:
            file = self.places[number][0]
            by_name = not wanted.isdisjoint(self._symbols[number])
            scores[number] += NAMED_SYMBOL * by_name + NAMED_PATH * (file in named)
            scores[number] += 0.0 if by_name or file in named else self._standing[file]
        found = sorted(scores, key=lambda number: (self.places[number][0] not in given, -scores[number], number))
        return [(number, scores[number]) for number in _share(found, self.places, given, query.limit)]

    def _matches(self, query: Query) -> dict[int, float]:
        """Return the scores by words alone of the chunks worth a closer look."""
        scores = self._chunks.scores(self._counted(query.text))
        for number, score in self._chunks.scores(self._counted(query.text.strip().partition("\n")[0])).items():
            scores[number] += FIRST_LINE * score
        best = heapq.nlargest(_LOOKED_AT, scores, key=lambda number: (scores[number], -number))
        given = [number for path in query.paths for number in self._numbers.get(path, ())]
        return {number: scores.get(number, 0.0) for number in [*best, *given]}

    def _counted(self, text: str) -> dict[int, int]:
        return self._vocabulary.known(Counter(terms(text)))

    def _named_paths(self, query: Query) -> set[int]:
        """Return the files that the query gives or names by the end of their path."""
        words = (word.strip("./") for word in _NAMED_PATH.findall(query.text) if len(word) <= _LONGEST_PATH)
        said = {word for word in words if "." in word or "/" in word} | set(query.paths)
        return {number for number, path in enumerate(self.paths) if not said.isdisjoint(_endings(path))}

    def _add_coherence(self, scores: dict[int, float]) -> None:
        best = heapq.nlargest(_COHERENT, scores.values())
        threshold = best[-1] if len(best) == _COHERENT else 0.0
        votes: defaultdict[int, float] = defaultdict(float)
        for number, score in scores.items():
            votes[self.places[number][0]] += max(score - threshold, 0.0)
        most = max(votes.values(), default=0.0)
        for number in scores if most else ():
            scores[number] += COHERENCE * votes[self.places[number][0]] / most


def _share(found: list[int], places: Sequence[tuple[int, Chunk]], given: set[int], limit: int) -> list[int]:
    """Keep half of the room for files that nobody gave, however long the given ones are."""
    ours = [number for number in found if places[number][0] in given]
    others = [number for number in found if places[number][0] not in given]
    room = max(limit - len(others), limit - limit // 2) if others else limit
    return (ours[:room] + others)[:limit]


def _endings(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[start:]) for start in range(len(parts))]


def _last_names(chunk: Chunk) -> frozenset[str]:
    return frozenset(re.split(r"[.:> ]+", name)[-1].lower().strip("_") for name in chunk.names)
