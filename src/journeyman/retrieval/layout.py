"""The searchable form of one tree: arrays that are written once and mapped into memory by every reader."""

import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import accumulate, chain
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from journeyman.domain.snapshot import TreeEntry
from journeyman.retrieval.cut_file import CutFile, last_names
from journeyman.retrieval.graph import Edges, reference_edges
from journeyman.retrieval.words import counted, number_of

Ints = NDArray[np.integer[Any]]
_Kind = TypeVar("_Kind", bound=np.generic)
MANIFEST = "manifest.json"
_FACTS = ("defined", "references", "reference_ends")


@dataclass(frozen=True, slots=True, kw_only=True)
class Postings:
    """Where each term occurs: sorted terms, and for each a run of places."""

    terms: NDArray[np.uint32]
    starts: NDArray[np.int64]
    """One more than terms."""
    places: NDArray[np.uint32]
    counts: NDArray[np.uint8]
    """How often; one column per field."""

    def run(self, term: int) -> slice:
        """Return the run of one term; empty when it does not occur."""
        at = int(np.searchsorted(self.terms, term))
        if at == len(self.terms) or self.terms[at] != term:
            return slice(0, 0)
        return slice(int(self.starts[at]), int(self.starts[at + 1]))


def postings_of(terms: NDArray[np.uint32], places: NDArray[np.uint32], counts: NDArray[np.uint8]) -> Postings:
    """Sort (term, place, counts) by term; within a term the order stays."""
    order = np.argsort(terms, kind="stable")
    ordered = terms[order]
    begins = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, np.int64)
    return Postings(
        terms=ordered[begins],
        starts=np.append(begins, len(ordered)).astype(np.int64),
        places=places[order],
        counts=counts[order],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Everything a search reads; chunks are numbered file by file, files as the tree lists them."""

    paths: tuple[str, ...]
    blobs: tuple[str, ...]
    symbols: tuple[str, ...]
    """Per chunk: the one definition it is, or empty."""
    names: tuple[str, ...]
    """Per chunk: the last names of all it defines, lower case, separated by spaces."""
    firsts: NDArray[np.int64]
    """Per file its first chunk; one more than files."""
    lines: NDArray[np.int32]
    """Per chunk: first and last line."""
    lengths: NDArray[np.float32]
    """Per chunk and field: how many words."""
    chunk_terms: Postings
    path_terms: Postings
    edges: Edges
    defined: NDArray[np.uint32]
    """Rows of (number of a name, file that defines it), in order of files: what the edges were made of, and next..."""
    references: NDArray[np.uint32]
    """...the numbers of the names that each file uses, file by file."""
    reference_ends: NDArray[np.int64]
    """Per file where its run of references begins; one more than files."""

    @property
    def files_of_chunks(self) -> NDArray[np.int64]:
        """Per chunk, the number of its file."""
        return np.repeat(np.arange(len(self.paths)), np.diff(self.firsts))


def lay_out(entries: Sequence[TreeEntry], files: Sequence[CutFile]) -> Layout:
    """Put the cut files of a tree together."""
    firsts = np.array([0, *accumulate(len(file.chunks) for file in files)], np.int64)
    chunks = list(chain.from_iterable(file.chunks for file in files))
    names = [last_names(chunk.names) for chunk in chunks]
    paths = [counted(entry.path) for entry in entries]
    shifted = [file.places + np.uint32(first) for file, first in zip(files, firsts, strict=False)]
    owners = np.repeat(np.arange(len(files), dtype=np.uint32), np.diff(firsts))
    pairs = [(number_of(name), owner) for owner, inside in zip(owners, names, strict=True) for name in inside]
    defined = np.array(pairs, np.uint32).reshape(-1, 2)
    return Layout(
        paths=tuple(entry.path for entry in entries),
        blobs=tuple(entry.blob for entry in entries),
        symbols=tuple(chunk.symbol for chunk in chunks),
        names=tuple(" ".join(inside).lower() for inside in names),
        firsts=firsts,
        lines=np.array([(chunk.start_line, chunk.end_line) for chunk in chunks], np.int32).reshape(len(chunks), 2),
        lengths=_joined([file.lengths for file in files], np.zeros((0, 3), np.float32)),
        chunk_terms=postings_of(
            _joined([file.terms for file in files], np.zeros(0, np.uint32)),
            _joined(shifted, np.zeros(0, np.uint32)),
            _joined([file.counts for file in files], np.zeros((0, 3), np.uint8)),
        ),
        path_terms=postings_of(
            np.array([term for path in paths for term in path], np.uint32),
            np.array([number for number, path in enumerate(paths) for _ in path], np.uint32),
            np.array([[min(count, 255)] for path in paths for count in path.values()], np.uint8).reshape(-1, 1),
        ),
        edges=reference_edges(defined, [file.references for file in files]),
        defined=defined,
        references=_joined([file.references for file in files], np.zeros(0, np.uint32)),
        reference_ends=np.array([0, *accumulate(len(file.references) for file in files)], np.int64),
    )


def _joined(arrays: Sequence[NDArray[_Kind]], empty: NDArray[_Kind]) -> NDArray[_Kind]:
    return np.concatenate(arrays) if arrays else empty


def save(layout: Layout, into: Path) -> None:
    """Write a layout as a directory that appears whole or not at all; a second writer's copy is dropped."""
    into.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=into.parent))
    try:
        sizes = {}
        for name, array in _arrays(layout).items():
            np.save(new / f"{name}.npy", array, allow_pickle=False)
            sizes[name] = [(new / f"{name}.npy").stat().st_size, zlib.crc32(np.ascontiguousarray(array).data)]
        texts = {field: getattr(layout, field) for field in ("paths", "blobs", "symbols", "names")}
        body = json.dumps({"arrays": sizes, **texts}, ensure_ascii=True)
        (new / MANIFEST).write_text(f"{zlib.crc32(body.encode())}\n{body}", "ascii")
        os.rename(new, into)  # noqa: PTH104 # Path.rename says the same, but this one fails on a non-empty target
    except OSError:
        shutil.rmtree(new, ignore_errors=True)
        if not (into / MANIFEST).exists():
            raise


def load(folder: Path) -> Layout | None:
    """Map a saved layout into memory, or None when there is none or it is damaged."""
    try:
        checksum, _, body = (folder / MANIFEST).read_text("ascii").partition("\n")
        if zlib.crc32(body.encode()) != int(checksum):
            return None
        manifest = json.loads(body)
        arrays = {}
        for name, (size, expected) in manifest.pop("arrays").items():
            file = folder / f"{name}.npy"
            if file.stat().st_size != size:
                return None
            # A plain view of the mapping: numpy's own class for mappings is slow to slice.
            arrays[name] = np.load(file, mmap_mode="r" if size > 256 else None, allow_pickle=False).view(np.ndarray)
            if zlib.crc32(np.ascontiguousarray(arrays[name]).data) != expected:
                return None
        return _from_arrays(arrays, {name: tuple(values) for name, values in manifest.items()})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _arrays(layout: Layout) -> dict[str, NDArray[Any]]:
    plain = {name: getattr(layout, name) for name in ("firsts", "lines", "lengths", *_FACTS)}
    for part in ("chunk_terms", "path_terms", "edges"):
        held = getattr(layout, part)
        plain |= {f"{part}-{field.name}": getattr(held, field.name) for field in fields(held)}
    return plain


def _from_arrays(arrays: dict[str, NDArray[Any]], texts: dict[str, tuple[str, ...]]) -> Layout:
    def part(name: str) -> dict[str, NDArray[Any]]:
        return {key.partition("-")[2]: value for key, value in arrays.items() if key.startswith(name + "-")}

    plain = {name: value for name, value in arrays.items() if "-" not in name}
    return Layout(
        chunk_terms=Postings(**part("chunk_terms")),
        path_terms=Postings(**part("path_terms")),
        edges=Edges(**part("edges")),
        **plain,  # type: ignore[arg-type] # fields by name
        **texts,  # type: ignore[arg-type] # fields by name
    )
