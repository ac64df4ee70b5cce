"""Measuring the index on a repository's own past: would it have found what each commit went on to change?"""

import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from journeyman.domain.candidate import FileChange
from journeyman.domain.context import Query
from journeyman.domain.history import PastChange
from journeyman.domain.snapshot import Snapshot
from journeyman.ports.repository import Repository
from journeyman.retrieval.index import CodebaseIndex
from journeyman.retrieval.meaning import Meaning
from journeyman.retrieval.walk import is_aside, is_test, worth_reading

_LOOKED_AT = 1500
_LEAST_WORDS = 4
_MOST_FILES = 4
_TOUCHED = 10
_ASKED_FOR = 60
_NOT_SAID = re.compile(r"^\s*[\w-]+-by:.*$|https?://\S+|\(?#\d+\)?|\S+/\S+\.\w{1,5}\b|\b[0-9a-f]{8,40}\b", re.MULTILINE)
_CHORE = re.compile(
    r"^\W*(\w+(\([^)]*\))?!?:\s*)?(merge|revert|bump|release|version|chore|ci|docs?|typo|style|format|lint|tests?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """How fast an index is here, and how well it would have found what was changed."""

    files: int
    chunks: int
    build_s: float
    refresh_s: float
    """After ten files were touched."""
    query_p50_ms: float
    query_p95_ms: float
    queries: int
    """Past commits whose message was asked; 0 when history has none that fit."""
    first: float
    """Share of the changed files that were ranked first; the next two: among the first 5 and 10."""
    first_five: float
    first_ten: float
    reciprocal_rank: float
    """Mean of 1 / rank of the first changed file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    text: str
    files: frozenset[str]


async def rehearse(repository: Repository, base: Snapshot, *, meaning: Meaning | None, most: int) -> Rehearsal:
    """Build an index of the past, in a folder of its own, and ask it what came after.

    The index sees the commit before the oldest of the last `most` commits that fit: their message says something,
    and they changed one to four files of product code that were there before. What `meaning` stores is of no further
    use: give it a store that ends with the process.
    """
    history = await repository.history(base.commit, limit=_LOOKED_AT)
    fitting = [change for change in history if _fits(change)][:most]
    before = await repository.snapshot(f"{fitting[-1].commit}~1") if fitting else base
    known = {entry.path for entry in worth_reading(before, {})}
    asked = [
        _Asked(text=_NOT_SAID.sub(" ", change.message).strip(), files=frozenset(_product(change.paths)))
        for change in fitting
        if known.issuperset(_product(change.paths))
    ]
    with tempfile.TemporaryDirectory(prefix="journeyman-index-") as folder:
        index = CodebaseIndex(repository, folder=Path(folder), meaning=meaning)
        built = await index.build(before)
        touched = await _touched(repository, before, sorted(known)[: _TOUCHED * 20 : 20])
        refresh_s = (await index.build(touched)).elapsed_s
        ranks, times = [], []
        for each in asked:
            began = time.perf_counter()
            hits = await index.search(before, Query(text=each.text, limit=_ASKED_FOR))
            times.append(1000 * (time.perf_counter() - began))
            order = list(dict.fromkeys(hit.path for hit in hits))
            ranks.append(sorted(order.index(path) if path in order else len(known) for path in each.files))
    times.sort()
    return Rehearsal(
        files=built.files,
        chunks=built.chunks,
        build_s=built.elapsed_s,
        refresh_s=refresh_s,
        query_p50_ms=_quantile(times, 0.5),
        query_p95_ms=_quantile(times, 0.95),
        queries=len(ranks),
        first=_share(ranks, 1),
        first_five=_share(ranks, 5),
        first_ten=_share(ranks, 10),
        reciprocal_rank=sum(1 / (found[0] + 1) for found in ranks) / max(len(ranks), 1),
    )


def _fits(change: PastChange) -> bool:
    says = len(_NOT_SAID.sub(" ", change.message).split()) >= _LEAST_WORDS and not _CHORE.match(change.message)
    return says and 1 <= len(_product(change.paths)) <= _MOST_FILES


def _product(paths: Sequence[str]) -> list[str]:
    return [path for path in paths if not (is_test(path) or is_aside(path)) and "." in path.rpartition("/")[2]]


async def _touched(repository: Repository, base: Snapshot, paths: Sequence[str]) -> Snapshot:
    """Return a commit in which some files have one more line."""
    blobs = {entry.path: entry.blob for entry in base.entries}
    contents = await repository.read_many(tuple(blobs[path] for path in paths))
    changes = tuple(
        FileChange(path=path, content=content + b"\n") for path, content in zip(paths, contents, strict=True)
    )
    tree = await repository.overlay(base.tree, changes)
    return await repository.snapshot(await repository.commit(tree, parent=base.commit, message="touched\n"))


def _share(ranks: Sequence[Sequence[int]], within: int) -> float:
    found = [sum(rank < within for rank in some) / len(some) for some in ranks]
    return sum(found) / max(len(found), 1)


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0
