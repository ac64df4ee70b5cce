"""Learn the weights of the fusion: `python -m bench.retrieval.learn DUMP [DUMP ...]`.

Coordinate search over a coarse grid on what `localise.py --dump` wrote, each repository left out once: the row "left
out" is what weights found on the other repositories do on it. Several dumps (product code alone, whole trees, code
search) count alike, so that no single setting is served.
"""

import argparse
import pickle
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from bench.retrieval import measures
from numpy.typing import NDArray

from journeyman.retrieval.fuse import COHERENCE, WEIGHTS, fuse

GRID: Mapping[str, Sequence[float]] = {
    "meaning": (0.0, 0.3, 0.5, 0.7, 1.0),
    "coherence": (0.0, 0.1, 0.2),
    "past": (0.0, 0.1),
    "linked": (0.0, 0.1),
    "title": (0.2, 0.35, 0.5),
    "file": (0.2, 0.35, 0.5),
    "path": (0.2, 0.35, 0.5),
    "name": (0.0, 0.15, 0.3),
    "named": (0.0, 0.15, 0.3),
    "aside": (0.7, 1.0),
}
Row = NDArray[np.float64]
Key = tuple[tuple[str, float], ...]


class Evaluator:
    """What weights are worth, per dump and repository; nothing is worked out twice."""

    def __init__(self, dumps: Sequence[Sequence[measures.Judged]]) -> None:
        self.dumps = dumps
        self._known: dict[Key, list[dict[str, Row]]] = {}

    def means(self, weights: Mapping[str, float]) -> list[dict[str, Row]]:
        """Return, per dump, the mean measures of each repository."""
        key = tuple(sorted(weights.items()))
        if key not in self._known:
            self._known[key] = [measures.by_repository(rows_of(dump, weights)) for dump in self.dumps]
        return self._known[key]

    def worth(self, weights: Mapping[str, float], without: str) -> float:
        """Return what is made as large as possible: rank of the first file, definitions, context, files in five."""
        total = 0.0
        for repos in self.means(weights):
            mean = np.mean([row for repo, row in repos.items() if repo != without], axis=0)
            named = dict(zip(measures.NAMES, mean, strict=True))
            total += named["mrr"] + 0.5 * named["f@5"] + named["fn@10"] + named["ctx8k"]
        return total


def rows_of(dump: Sequence[measures.Judged], weights: Mapping[str, float]) -> list[tuple[str, Row]]:
    inner = {name: weight for name, weight in weights.items() if name != "coherence"}
    rows = []
    for judged in dump:
        fused = fuse(judged.signals, judged.owners, inner, weights["coherence"])
        rows.append((judged.repo, measures.measure(judged, fused.scores, fused.matched)))
    return rows


def learn(evaluator: Evaluator, *, without: str = "", rounds: int = 1) -> dict[str, float]:
    weights = {**dict.fromkeys(GRID, 0.0), **WEIGHTS, "coherence": COHERENCE}
    best = evaluator.worth(weights, without)
    for _ in range(rounds):
        for name, values in GRID.items():
            for value in values:
                tried = {**weights, name: value}
                found = evaluator.worth(tried, without)
                # A small gain on a few hundred queries is luck.
                if found > best + 0.001 * len(evaluator.dumps):
                    best, weights = found, tried
    return weights


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("dumps", type=Path, nargs="+")
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--left-out", action="store_true", help="learn without each repository in turn, too")
    given = options.parse_args()
    # The dumps are our own.
    evaluator = Evaluator([pickle.loads(path.read_bytes()) for path in given.dumps])  # noqa: S301
    now = {**dict.fromkeys(GRID, 0.0), **WEIGHTS, "coherence": COHERENCE}
    learnt = learn(evaluator, rounds=given.rounds)
    print("learnt", {name: value for name, value in learnt.items() if value}, flush=True)
    for number, path in enumerate(given.dumps):
        for name, weights in (("as it is", now), ("learnt  ", learnt)):
            print(path.name, name, say(list(evaluator.means(weights)[number].values())), flush=True)
    if given.left_out:
        repos = sorted({judged.repo for dump in evaluator.dumps for judged in dump})
        found = {repo: evaluator.means(learn(evaluator, without=repo, rounds=given.rounds)) for repo in repos}
        for number, path in enumerate(given.dumps):
            print(path.name, "left out", say([found[repo][number][repo] for repo in repos]))


def say(rows: Sequence[Row]) -> str:
    mean = np.mean(rows, axis=0)
    return "  ".join(f"{name} {value:.3f}" for name, value in zip(measures.NAMES, mean, strict=True))


if __name__ == "__main__":
    main()
