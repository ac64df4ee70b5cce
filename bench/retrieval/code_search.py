"""Code search: `python -m bench.retrieval.code_search WHEELS [--model DIR]`.

A question is the first sentence of a docstring, the answer its function among all functions of the package, all
docstrings taken out. Prints the mean reciprocal rank within the first ten, per package, for words, for meaning and for
the fused ranking of the product. Its packages are never in the training data.
"""

import argparse
import asyncio
import random
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
from bench.retrieval.train.pairs import VENDORED, first_paragraph, functions
from numpy.typing import NDArray

from journeyman.adapters.vectors.memory import MemoryVectors
from journeyman.domain.context import Query
from journeyman.domain.snapshot import EntryKind, TreeEntry
from journeyman.ports.embedder import Embedder
from journeyman.ports.vectors import FileVectors, Scope
from journeyman.retrieval.chunk import Chunk
from journeyman.retrieval.cut_file import CutFile, counted_file
from journeyman.retrieval.fuse import fuse
from journeyman.retrieval.layout import lay_out
from journeyman.retrieval.past import Past
from journeyman.retrieval.question import read
from journeyman.retrieval.signals import Searchable
from journeyman.retrieval.static import load_embedder
from journeyman.retrieval.walk import is_test

QUESTIONS = 150
SENTENCE = re.compile(r"(.*?[.!?])(\s|$)")


def functions_of(wheel: Path) -> tuple[dict[str, list[tuple[str, str]]], list[tuple[str, str, int]]]:
    """Return path -> (name, code) of its functions, and (question, path, which function)."""
    files: dict[str, list[tuple[str, str]]] = {}
    asked: dict[str, list[tuple[str, int]]] = {}
    with zipfile.ZipFile(wheel) as archive:
        for path in sorted(archive.namelist()):
            if not path.endswith(".py") or is_test(path) or VENDORED.search(path):
                continue
            for name, said, code in functions(archive.read(path).decode("utf-8", "replace")):
                if code.count("\n") < 2 and not said:
                    continue
                kept = files.setdefault(path, [])
                kept.append((name, code))
                paragraph = first_paragraph(said) if said else ""
                sentence = found[1] if (found := SENTENCE.match(paragraph)) else paragraph
                if 4 <= len(sentence.split()) <= 40 and len(code) > 60:
                    asked.setdefault(sentence, []).append((path, len(kept) - 1))
    questions = [(sentence, *places[0]) for sentence, places in asked.items() if len(places) == 1]
    random.Random(3).shuffle(questions)
    return files, questions[:QUESTIONS]


async def searchable_of(
    files: dict[str, list[tuple[str, str]]], embedder: Embedder | None, store: MemoryVectors
) -> Searchable:
    entries, cuts = [], []
    for path, inside in files.items():
        chunks, bodies, line = [], [], 1
        for name, code in inside:
            lines = code.count("\n") + 1
            chunks.append(Chunk(start_line=line, end_line=line + lines - 1, symbol=name, names=(name,)))
            bodies.append(code)
            line += lines
        made = counted_file(path, tuple(chunks), bodies)
        vectors = await embedder.documents(made.texts) if embedder else np.zeros((0, 0), np.float32)
        cuts.append(replace(made.file, vectors=vectors))
        entries.append(TreeEntry(path=path, kind=EntryKind.FILE, blob="", size_bytes=1))
    layout = lay_out(entries, list[CutFile](cuts))
    scope = Scope(
        repository="bench", firsts=dict(zip(files, layout.firsts.tolist(), strict=False)), chunks=len(layout.symbols)
    )
    held = [FileVectors(file=path, vectors=each.vectors) for path, each in zip(files, cuts, strict=True)]
    await store.upsert("bench", held if embedder else [])
    return Searchable(layout, Past((), layout.paths), scope)


def reciprocal(scores: NDArray[np.float32], right: int) -> float:
    rank = int((scores > scores[right]).sum())
    return 1 / (rank + 1) if rank < 10 else 0.0


async def measure(wheel: Path, embedder: Embedder | None) -> dict[str, float]:
    files, questions = functions_of(wheel)
    store = MemoryVectors()
    searchable = await searchable_of(files, embedder, store)
    firsts = {path: int(first) for path, first in zip(searchable.layout.paths, searchable.layout.firsts, strict=False)}
    found: dict[str, list[float]] = {}
    for sentence, path, which in questions:
        question = read(Query(text=sentence))
        near = None
        if embedder is not None:
            asked = await embedder.query(sentence)
            near = await store.search(searchable.scope, asked, limit=searchable.scope.chunks)
        signals = searchable.signals(question, near)
        right = firsts[path] + which
        for name in ("words", "meaning"):
            if name in signals:
                found.setdefault(name, []).append(reciprocal(signals[name], right))
        found.setdefault("fused", []).append(reciprocal(fuse(signals, searchable.owners).scores, right))
    return {name: float(np.mean(values)) for name, values in found.items()}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("wheels", type=Path)
    options.add_argument("--model", type=Path, help="folder of a trained embedding; default: none")
    given = options.parse_args()
    embedder = load_embedder(given.model) if given.model else None
    rows = {
        wheel.name.split("-")[0]: asyncio.run(measure(wheel, embedder)) for wheel in sorted(given.wheels.glob("*.whl"))
    }
    for package, row in rows.items():
        print(package, {name: round(value, 3) for name, value in row.items()})
    means = {name: float(np.mean([row[name] for row in rows.values()])) for name in next(iter(rows.values()))}
    print("all", {name: round(value, 3) for name, value in means.items()})


if __name__ == "__main__":
    main()
