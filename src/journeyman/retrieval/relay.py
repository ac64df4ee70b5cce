"""A tree laid out from the one before: what both hold is moved, not made again. The result is as if laid out anew."""

from collections.abc import Mapping, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from journeyman.domain.snapshot import TreeEntry
from journeyman.retrieval.cut_file import CutFile
from journeyman.retrieval.graph import reference_edges
from journeyman.retrieval.layout import Layout, Postings, lay_out

_LEAST_SHARED = 0.5
"""Of the files; with less it is quicker to begin anew."""

Order = NDArray[np.int64]


def shared_files(before: Layout, entries: Sequence[TreeEntry]) -> dict[int, int]:
    """Return place in `entries` → number in the layout before, of the files that both hold; few are none."""
    numbers = {pair: number for number, pair in enumerate(zip(before.paths, before.blobs, strict=True))}
    found = {
        place: number
        for place, entry in enumerate(entries)
        if (number := numbers.get((entry.path, entry.blob))) is not None
    }
    # Both are in the order of their paths, so what is shared is too.
    return found if len(found) >= _LEAST_SHARED * max(len(entries), 1) else {}


def lay_out_after(
    before: Layout, entries: Sequence[TreeEntry], shared: Mapping[int, int], new: Mapping[int, CutFile]
) -> Layout:
    """Lay out a tree: `entries` in order, each either shared with the layout before or newly cut."""
    fresh_places = sorted(new)
    fresh = lay_out([entries[place] for place in fresh_places], [new[place] for place in fresh_places])
    # Files and chunks are numbered through both layouts: first those of the one before, then the new ones.
    sources = dict(shared) | {place: len(before.paths) + number for number, place in enumerate(fresh_places)}
    files = np.array([sources[place] for place in sorted(sources)], np.int64)
    sizes = np.concatenate([np.diff(before.firsts), np.diff(fresh.firsts)])
    begins = np.concatenate([before.firsts[:-1], before.firsts[-1] + fresh.firsts[:-1]])
    chunks = _runs(begins[files], sizes[files])
    kept = [*zip(before.paths, before.blobs, strict=True), *zip(fresh.paths, fresh.blobs, strict=True)]
    symbols, names = (*before.symbols, *fresh.symbols), (*before.names, *fresh.names)
    defined, references, ends = _facts(before, fresh, files)
    return Layout(
        paths=tuple(kept[file][0] for file in files.tolist()),
        blobs=tuple(kept[file][1] for file in files.tolist()),
        symbols=tuple(symbols[chunk] for chunk in chunks.tolist()),
        names=tuple(names[chunk] for chunk in chunks.tolist()),
        firsts=np.array([0, *accumulate(sizes[files].tolist())], np.int64),
        lines=np.concatenate([before.lines, fresh.lines])[chunks],
        lengths=np.concatenate([before.lengths, fresh.lengths])[chunks],
        chunk_terms=_merged(before.chunk_terms, fresh.chunk_terms, chunks, len(before.symbols)),
        path_terms=_merged(before.path_terms, fresh.path_terms, files, len(before.paths)),
        edges=reference_edges(defined, np.split(references, ends[1:-1]) if len(files) else []),
        defined=defined,
        references=references,
        reference_ends=ends,
    )


def _facts(before: Layout, fresh: Layout, files: Order) -> tuple[NDArray[np.uint32], NDArray[np.uint32], Order]:
    """Return what each file defines and uses, in the new order of files."""
    place = _places(files, len(before.paths) + len(fresh.paths))
    shifted = fresh.defined + np.array([0, len(before.paths)], np.uint32)
    every = np.concatenate([before.defined, shifted])
    owners = place[every[:, 1]]
    order = np.flatnonzero(owners >= 0)
    order = order[np.argsort(owners[order], kind="stable")]
    defined = np.stack([every[order, 0], owners[order].astype(np.uint32)], axis=1)
    sizes = np.concatenate([np.diff(before.reference_ends), np.diff(fresh.reference_ends)])
    begins = np.concatenate([before.reference_ends[:-1], before.reference_ends[-1] + fresh.reference_ends[:-1]])
    references = np.concatenate([before.references, fresh.references])[_runs(begins[files], sizes[files])]
    return defined, references, np.append(0, np.cumsum(sizes[files])).astype(np.int64)


def _merged(before: Postings, fresh: Postings, order: Order, size: int) -> Postings:
    """Return the postings of both, with places renamed to their number in `order` and unused ones left out."""
    place = _places(order, max(int(order.max(initial=-1)) + 1, size))
    kept = _keyed(before, place[:size])
    added = _keyed(fresh, place[size:])
    into = np.searchsorted(kept[0], added[0])
    keys, counts = np.insert(kept[0], into, added[0]), np.insert(kept[1], into, added[1], axis=0)
    terms = (keys >> np.uint64(32)).astype(np.uint32)
    begins = np.flatnonzero(np.r_[True, terms[1:] != terms[:-1]]) if len(terms) else np.zeros(0, np.int64)
    return Postings(
        terms=terms[begins],
        starts=np.append(begins, len(terms)).astype(np.int64),
        places=(keys & np.uint64(0xFFFFFFFF)).astype(np.uint32),
        counts=counts,
    )


def _keyed(postings: Postings, place: Order) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    """Return (term, new place) of each posting as one sorted number, and its counts."""
    if not len(postings.places):
        return np.zeros(0, np.uint64), np.asarray(postings.counts)
    terms = np.repeat(postings.terms, np.diff(postings.starts)).astype(np.uint64)
    places = place[postings.places]
    there = places >= 0
    return (terms[there] << np.uint64(32)) | places[there].astype(np.uint64), postings.counts[there]


def _places(order: Order, size: int) -> Order:
    """Return the inverse of an order: -1 for what is not in it."""
    place = np.full(size, -1, np.int64)
    place[order] = np.arange(len(order))
    return place


def _runs(begins: Order, sizes: Order) -> Order:
    """Return the numbers of some runs, one after another."""
    total = int(sizes.sum())
    return np.repeat(begins - (np.cumsum(sizes) - sizes), sizes) + np.arange(total)
