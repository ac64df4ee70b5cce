"""How good a ranking is: the measures of the localisation benchmark, in one place.

f@k       share of the changed files among the first k files
mrr       1 / rank of the first changed file
fn@10     share of the changed definitions among the first 10 chunks
ctxNk     share of the changed definitions that are shown when chunks are read in order within N thousand tokens
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NAMES = ("f@1", "f@5", "f@10", "mrr", "fn@10", "ctx4k", "ctx8k", "ctx16k")
BUDGETS = (4000, 8000, 16000)
CHARACTERS_PER_TOKEN = 3.5


@dataclass(slots=True, kw_only=True)
class Judged:
    """The chunks that some signal put forward for one query, and what is gold in them."""

    repo: str
    sha: str
    hard: bool
    owners: NDArray[np.int64]
    """Per chunk: number of its file."""
    tokens: NDArray[np.float64]
    lines: NDArray[np.float64]
    gold_files: NDArray[np.int64]
    """-1: not among the files put forward."""
    overlap: NDArray[np.float64]
    """Gold definition x chunk: lines in common."""
    gold_lines: NDArray[np.float64]
    signals: dict[str, NDArray[np.float32]]


def measure(
    judged: Judged, scores: NDArray[np.floating], matched: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """Return the measures of one ranking, in the order of NAMES; nan where there is no gold definition."""
    order = np.argsort(-scores, kind="stable")
    if matched is not None:
        order = order[matched[order]]
    ranks: dict[int, int] = {}
    for owner in judged.owners[order].tolist():
        ranks.setdefault(owner, len(ranks))
    found = sorted(ranks.get(int(file), 10**9) for file in judged.gold_files)
    files = [sum(rank < k for rank in found) / len(found) for k in (1, 5, 10)] + [1 / (found[0] + 1)]
    if not len(judged.gold_lines):
        return np.array(files + [np.nan] * 4)
    top = order[:10]
    over = judged.overlap[:, top]
    seen = (over >= 0.5 * judged.gold_lines[:, None]) | (over >= 20) | ((over > 0) & (over >= 0.5 * judged.lines[top]))
    read = np.cumsum(judged.tokens[order])
    shown = [judged.overlap[:, order[read <= budget]].sum(axis=1) for budget in BUDGETS]
    contexts = [float(((lines >= 0.5 * judged.gold_lines) | (lines >= 60)).mean()) for lines in shown]
    return np.array([*files, float(seen.any(axis=1).mean()), *contexts])


def by_repository(rows: list[tuple[str, NDArray[np.float64]]]) -> dict[str, NDArray[np.float64]]:
    """Return the mean of each measure per repository."""
    repos: dict[str, list[NDArray[np.float64]]] = {}
    for repo, row in rows:
        repos.setdefault(repo, []).append(row)
    return {repo: np.nanmean(np.array(some), axis=0) for repo, some in repos.items()}


def macro(rows: list[tuple[str, NDArray[np.float64]]]) -> NDArray[np.float64]:
    """Return the mean over repositories of their means."""
    mean: NDArray[np.float64] = np.mean(list(by_repository(rows).values()), axis=0)
    return mean


def intervals(rows: list[tuple[str, NDArray[np.float64]]], *, rounds: int = 500) -> tuple[NDArray[np.float64], ...]:
    """Return the bounds of the central 95 % of the macro mean, by resampling queries within repositories."""
    chance = np.random.default_rng(7)
    repos: dict[str, list[NDArray[np.float64]]] = {}
    for repo, row in rows:
        repos.setdefault(repo, []).append(row)
    tables = [np.array(some) for some in repos.values()]
    drawn = [
        np.mean([np.nanmean(table[chance.integers(len(table), size=len(table))], axis=0) for table in tables], axis=0)
        for _ in range(rounds)
    ]
    low, high = np.percentile(np.array(drawn), [2.5, 97.5], axis=0)
    return low, high
