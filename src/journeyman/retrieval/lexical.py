"""Fielded BM25: a match in a name weighs more than one in a path, and that more than one in the body."""

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SATURATION = 1.2
"""k1: how soon more of the same word adds nothing."""
LENGTH_PENALTY = 0.5
"""b: how much a long field's matches count less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """A text as term numbers and how often each occurs."""

    terms: "array[int]"
    counts: "array[int]"

    @classmethod
    def of(cls, counts: Mapping[int, int]) -> "Bag":
        """Return the bag with these counts by term number."""
        return cls(terms=array("i", counts), counts=array("i", counts.values()))

    @property
    def length(self) -> int:
        """How many terms, repeats included."""
        return sum(self.counts)


class Vocabulary:
    """Numbers for terms, so that a large index stays small."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def bag(self, terms: Iterable[str]) -> Bag:
        """Return the bag of some terms; unknown ones get numbers."""
        numbers = self._numbers
        return Bag.of({numbers.setdefault(term, len(numbers)): count for term, count in Counter(terms).items()})

    def known(self, counted: Mapping[str, int]) -> dict[int, int]:
        """Return the counts of those terms that have numbers."""
        return {self._numbers[term]: count for term, count in counted.items() if term in self._numbers}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Postings:
    """Where a term occurs, and what a match there adds to a score."""

    documents: "array[int]"
    worth: "array[float]"


class FieldedBm25:
    """BM25 over documents of several fields with a weight each. Immutable once made."""

    def __init__(self, documents: Sequence[Sequence[Bag]], *, weights: Sequence[float]) -> None:
        self._size = len(documents)
        averages = [
            max(sum(document[field].length for document in documents) / max(len(documents), 1), 1.0)
            for field in range(len(weights))
        ]
        found: dict[int, tuple[array[int], array[float]]] = {}
        for number, document in enumerate(documents):
            for term, frequency in _frequencies(document, weights, averages).items():
                if term not in found:
                    found[term] = (array("i"), array("f"))
                found[term][0].append(number)
                found[term][1].append(frequency)
        self._postings = {term: self._weighed(*posting) for term, posting in found.items()}

    def _weighed(self, documents: "array[int]", frequencies: "array[float]") -> _Postings:
        rarity = math.log(1 + (self._size - len(documents) + 0.5) / (len(documents) + 0.5))
        worth = array("f", [rarity * frequency / (SATURATION + frequency) for frequency in frequencies])
        return _Postings(documents=documents, worth=worth)

    def scores(self, query: Mapping[int, int]) -> dict[int, float]:
        """Return the scores of the documents that hold a word of the query, the best 1.0."""
        scores: dict[int, float] = {}
        for term, count in query.items():
            postings = self._postings.get(term)
            if postings is not None:
                factor = 1 + math.log(count)
                for document, worth in zip(postings.documents, postings.worth, strict=True):
                    scores[document] = scores.get(document, 0.0) + factor * worth
        best = max(scores.values(), default=1.0)
        return {document: score / best for document, score in scores.items()}


def _frequencies(document: Sequence[Bag], weights: Sequence[float], averages: Sequence[float]) -> dict[int, float]:
    """Return the weighted frequency of each term over all fields, long fields counting less."""
    frequencies: dict[int, float] = {}
    for bag, weight, average in zip(document, weights, averages, strict=True):
        factor = weight / (1 - LENGTH_PENALTY + LENGTH_PENALTY * bag.length / average)
        for term, count in zip(bag.terms, bag.counts, strict=True):
            frequencies[term] = frequencies.get(term, 0.0) + factor * count
    return frequencies
