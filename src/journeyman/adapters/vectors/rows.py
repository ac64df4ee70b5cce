"""What all databases share: a row per chunk, and a search that looks further until enough hits are of the tree.

A database holds every version of every file; a tree's own are told apart here, so that a new commit costs the
database nothing but its new chunks.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from journeyman.domain.errors import AdapterError, UserError
from journeyman.ports.vectors import FileVectors, Nearest, Scope

_FURTHER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A chunk as a database keeps it."""

    file: str
    chunk: int
    """Its number within its file."""
    vector: NDArray[np.float32]

    @property
    def id(self) -> str:
        """The same for the same chunk."""
        return f"{self.file}-{self.chunk}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A hit as a database gives it."""

    id: str
    """Of its row."""
    cosine: float


Ask = Callable[[int], Awaitable[Sequence[Near]]]
"""Given how many hits are wanted, returns as many of the nearest or, when it has no more, fewer."""


def rows_of(files: Sequence[FileVectors]) -> list[Row]:
    """Return the rows of some files; zeros become a direction that no text has, for databases that take no zeros."""
    return [
        Row(file=each.file, chunk=place, vector=row if row.any() else np.full_like(row, len(row) ** -0.5))
        for each in files
        for place, row in enumerate(each.vectors)
    ]


def batches(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    """Yield the rows, so many at a time."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


async def nearest(ask: Ask, scope: Scope, *, limit: int, most: int) -> Nearest:
    """Ask for more and more hits until `limit` are of the scope, or the database has no more.

    Args:
        ask: the database.
        scope: the tree.
        limit: hits wanted.
        most: hits that the database gives at once, at most.
    """
    wanted = limit
    while True:
        wanted = min(wanted, most)
        hits = await ask(wanted)
        found = {place: hit.cosine for hit in hits if (place := _place(hit.id, scope)) is not None}
        if len(found) >= limit or len(hits) < wanted or wanted == most:
            break
        wanted *= _FURTHER
    best = sorted(found.items(), key=lambda item: -item[1])[:limit]
    return Nearest(
        chunks=np.array([place for place, _ in best], np.int64),
        cosines=np.array([cosine for _, cosine in best], np.float32),
    )


def other_length(store: str, repository: str, kept: int, given: int) -> UserError:
    """Return what is raised when vectors of another length are kept already."""
    return UserError(
        f"{store} holds vectors of {kept} numbers for {repository}, not of {given}",
        remedy="Another embedder made them: name another place in `[index] vectors`, or delete what is there.",
    )


def require_one_length(store: str, repository: str, files: Sequence[FileVectors]) -> int:
    """Return how long the vectors are; 0 when there are none.

    Raises:
        UserError: they differ.
    """
    lengths = {each.vectors.shape[1] for each in files if len(each.vectors)}
    if len(lengths) > 1:
        raise other_length(store, repository, min(lengths), max(lengths))
    return next(iter(lengths), 0)


def gone(store: str, why: object) -> AdapterError:
    """Return what is raised when a store does not answer."""
    return AdapterError(
        f"the vector store {store} does not answer ({type(why).__name__}): {_short(why)}", retryable=True
    )


def failed(store: str, why: object) -> AdapterError:
    """Return what is raised when a store refuses or breaks."""
    return AdapterError(f"the vector store {store} failed ({type(why).__name__}): {_short(why)}")


def _short(why: object) -> str:
    return " ".join(str(why).split())[:300]


def _place(row: str, scope: Scope) -> int | None:
    file, _, chunk = row.rpartition("-")
    first = scope.firsts.get(file)
    return None if first is None else first + int(chunk)
