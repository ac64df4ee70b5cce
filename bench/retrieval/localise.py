"""Localisation on real history: `python -m bench.retrieval.localise --queries DIR --gits NAME=DIR ... --dump FILE`.

Indexes the snapshot of each query's window (by default only its product code, as the benchmark defines it; `--whole`
for everything the product indexes), asks, and prints the measures of `measures.py`. `--dump` keeps the signals of
every chunk put forward, for `learn.py`.
"""

import argparse
import asyncio
import dataclasses
import pickle
import re
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from bench.retrieval import measures, queries
from numpy.typing import NDArray

from journeyman.adapters.vectors.mapped import MappedVectors
from journeyman.domain.context import Query
from journeyman.domain.snapshot import Snapshot
from journeyman.ports.embedder import Embedder
from journeyman.repository import open_repository
from journeyman.retrieval import CodebaseIndex
from journeyman.retrieval.fuse import fuse
from journeyman.retrieval.meaning import Meaning
from journeyman.retrieval.question import read
from journeyman.retrieval.signals import Scores, Searchable
from journeyman.retrieval.static import load_embedder

Floats = NDArray[np.float64]

SOURCE = re.compile(r"\.(pyi?|[mc]?jsx?|[mc]?ts|tsx|go|rs)$")
TEST = re.compile(
    r"(^|/)(tests?|testing|__tests__|spec|specs|e2e|fixtures|runtime-tests|tests-[\w-]+|test-[\w-]+)(/|$)"
    r"|(^|/)(test_[^/]*|conftest)\.py$|_test\.(py|go)$|\.(test|spec|test-d)\.[cm]?[jt]sx?$|(^|/)tests?\.(rs|py|js|ts)$"
)
PUT_FORWARD = 200
"""Best chunks of every signal that are kept for learning."""


def product_code(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot with the benchmark's files only."""
    entries = tuple(
        entry
        for entry in snapshot.entries
        if SOURCE.search(entry.path) and not TEST.search(entry.path) and not entry.path.endswith(".min.js")
    )
    return dataclasses.replace(snapshot, entries=entries, tree=f"{snapshot.tree}-product")


def judge(asked: queries.Asked, searchable: Searchable, signals: dict[str, Scores], tokens: Floats) -> measures.Judged:
    layout = searchable.layout
    kept: set[int] = set()
    for name, scores in signals.items():
        if name not in {"test", "aside"}:
            best = np.argsort(-scores, kind="stable")[:PUT_FORWARD]
            kept.update(best[scores[best] > 0].tolist())
    chunks = np.array(sorted(kept), np.int64)
    numbers = {path: number for number, path in enumerate(layout.paths)}
    lines = layout.lines[chunks].astype(np.float64).reshape(-1, 2)
    owners = searchable.owners[chunks]
    overlap = np.array(
        [
            np.where(
                owners == numbers.get(path, -1),
                np.maximum(0, np.minimum(lines[:, 1], end) - np.maximum(lines[:, 0], start) + 1),
                0,
            )
            for path, start, end in asked.definitions
        ]
    ).reshape(len(asked.definitions), len(chunks))
    return measures.Judged(
        repo=asked.repo,
        sha=asked.sha,
        hard=asked.hard,
        owners=owners,
        tokens=tokens[chunks],
        lines=lines[:, 1] - lines[:, 0] + 1,
        gold_files=np.array([numbers.get(path, -1) for path in asked.files]),
        overlap=overlap,
        gold_lines=np.array([end - start + 1.0 for _, start, end in asked.definitions]),
        signals={name: scores[chunks] for name, scores in signals.items()},
    )


async def tokens_of_chunks(index: CodebaseIndex, searchable: Searchable) -> Floats:
    """Return about how many tokens each chunk has."""
    texts = await index.texts(searchable.layout, range(len(searchable.owners)))
    sizes = [np.cumsum([0, *(len(line) + 1 for line in texts[file].split("\n"))]) for file in sorted(texts)]
    places = {file: place for place, file in enumerate(sorted(texts))}
    return np.array(
        [
            (sizes[places[int(owner)]][end] - sizes[places[int(owner)]][start - 1]) / measures.CHARACTERS_PER_TOKEN
            for owner, (start, end) in zip(searchable.owners, searchable.layout.lines.tolist(), strict=True)
        ]
    )


async def run(given: argparse.Namespace, embedder: Embedder | None) -> list[measures.Judged]:
    found: list[measures.Judged] = []
    for pair in given.gits:
        name, _, directory = pair.partition("=")
        repository = open_repository(Path(directory), stores_dir=given.cache / "stores")
        windows: dict[str, list[queries.Asked]] = defaultdict(list)
        for asked in queries.load(given.queries / f"{name}.jsonl"):
            windows[asked.snapshot].append(asked)
        store = MappedVectors(given.cache / "vectors")
        meaning = Meaning(embedder=embedder, store=store) if embedder else None
        index = CodebaseIndex(repository, folder=given.cache / f"index-{name}", meaning=meaning)
        times = []
        for commit, some in windows.items():
            snapshot = await repository.snapshot(commit)
            searchable = await index.searchable(snapshot if given.whole else product_code(snapshot))
            tokens = await tokens_of_chunks(index, searchable)
            for asked in some:
                question = read(Query(text=queries.message_of(Path(directory), asked.sha)))
                began = time.perf_counter()
                signals = searchable.signals(question, await index.near(question, searchable))
                fuse(signals, searchable.owners)
                times.append(time.perf_counter() - began)
                found.append(judge(asked, searchable, signals, tokens))
        print(
            f"{name}: {len(searchable.owners)} chunks, median query {1000 * float(np.median(times)):.1f} ms", flush=True
        )
    return found


def table(found: list[measures.Judged]) -> None:
    rows = []
    for judged in found:
        fused = fuse(judged.signals, judged.owners)
        rows.append((judged.repo, judged.hard, measures.measure(judged, fused.scores, fused.matched)))
    print("| | " + " | ".join(measures.NAMES) + " |")
    everything = [(repo, row) for repo, _, row in rows]
    for repo, row in measures.by_repository(everything).items():
        print(f"| {repo} | " + " | ".join(f"{value:.3f}" for value in row) + " |")
    print("| **all** | " + " | ".join(f"{value:.3f}" for value in measures.macro(everything)) + " |")
    low, high = measures.intervals(everything)
    print("| 95 % | " + " | ".join(f"{a:.2f}-{b:.2f}" for a, b in zip(low, high, strict=True)) + " |")
    hard = [(repo, row) for repo, is_hard, row in rows if is_hard]
    print("| hard | " + " | ".join(f"{value:.3f}" for value in measures.macro(hard)) + " |")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--queries", type=Path, required=True)
    options.add_argument("--gits", nargs="+", required=True, metavar="NAME=DIR")
    options.add_argument("--cache", type=Path, required=True)
    options.add_argument("--whole", action="store_true")
    options.add_argument("--dump", type=Path)
    options.add_argument("--model", type=Path, help="folder of a trained embedding; default: none")
    given = options.parse_args()
    found = asyncio.run(run(given, load_embedder(given.model) if given.model else None))
    if given.dump:
        given.dump.write_bytes(pickle.dumps(found))
    table(found)


if __name__ == "__main__":
    main()
