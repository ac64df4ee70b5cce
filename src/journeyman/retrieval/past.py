"""What history knows: files whose past changes were described in the question's words, and files changed together."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from journeyman.domain.history import PastChange
from journeyman.retrieval.words import counted

MAX_PATHS = 20
"""A change of more files was a sweep: it says nothing about any of them."""
_NEAREST = 30


class Past:
    """The past changes of a layout's files, searchable by their messages. Made once per commit, then only read."""

    def __init__(self, changes: Sequence[PastChange], paths: Sequence[str]) -> None:
        self._size = len(paths)
        numbers = {path: number for number, path in enumerate(paths)}
        self._touched: list[list[int]] = []
        self._holding: dict[int, list[int]] = {}
        lengths = []
        for change in changes:
            touched = [numbers[path] for path in change.paths if path in numbers]
            if not touched or len(change.paths) > MAX_PATHS:
                continue
            words = counted(change.message)
            for term in words:
                self._holding.setdefault(term, []).append(len(self._touched))
            self._touched.append(touched)
            lengths.append(words.total())
        average = max(sum(lengths) / max(len(lengths), 1), 1.0)
        self._damping = np.array([1 / (0.5 + 0.5 * length / average) for length in lengths], np.float32)

    def files(self, wanted: Mapping[int, int]) -> NDArray[np.float32]:
        """Return a score per file: the sum over the nearest past changes that touched it, each shared by its files."""
        nearness = np.zeros(len(self._touched), np.float32)
        for term, count in wanted.items():
            changes = self._holding.get(term, [])
            rarity = math.log(1 + (len(nearness) - len(changes) + 0.5) / (len(changes) + 0.5))
            strength = self._damping[changes]
            nearness[changes] += rarity * (1 + math.log(count)) * strength / (1.2 + strength)
        scores = np.zeros(self._size, np.float32)
        for change in np.argsort(-nearness, kind="stable")[:_NEAREST]:
            if nearness[change] > 0:
                scores[self._touched[change]] += nearness[change] ** 2 / math.sqrt(len(self._touched[change]))
        return scores

    def companions(self, seeds: Mapping[int, float]) -> NDArray[np.float32]:
        """Return a score per file: how often it changed together with the seeds, weighed by theirs."""
        together: Counter[int] = Counter()
        scores = np.zeros(self._size, np.float32)
        for touched in self._touched:
            worth = sum(seeds.get(file, 0.0) for file in touched)
            if worth:
                together.update(touched)
                scores[touched] += worth / len(touched)
        return scores
