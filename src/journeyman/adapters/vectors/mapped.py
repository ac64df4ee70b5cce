"""One array on disk, mapped into memory and searched exactly: `mapped:`, the default.

Up to some hundred thousand chunks nothing is faster: no server, no index to build, a changed file is a few rows more.
A repository has a folder: an array that is only ever appended to, and a table that says where each file's rows are.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from journeyman.adapters.vectors.mapped_table import Table
from journeyman.adapters.vectors.place import folder_of
from journeyman.adapters.vectors.rows import other_length, require_one_length
from journeyman.domain.errors import AdapterError
from journeyman.ports.vectors import FileVectors, Nearest, Scope
from journeyman.settings import Settings

_Result = TypeVar("_Result")
_SCOPES_OPEN = 2
_GATHER = 4
"""A tree with less than one in so many rows is gathered before it is multiplied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened:
    """The rows of one scope."""

    scope: Scope
    array: NDArray[np.float32]
    """All rows of the repository."""
    rows: NDArray[np.int64]
    """Of the scope's chunks, in the array."""
    chunks: NDArray[np.int64]
    """Which chunks those are."""

    @property
    def whole(self) -> bool:
        """Whether every chunk of the scope has a row."""
        return len(self.chunks) == self.scope.chunks

    def cosines(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return one per chunk."""
        if len(self.rows) * _GATHER < len(self.array):
            few: NDArray[np.float32] = self.array[self.rows] @ vector
            return few
        every: NDArray[np.float32] = (self.array @ vector)[self.rows]
        return every


class MappedVectors:
    """Fills `ports.vectors.VectorStore`; many processes may share the folder."""

    reach = 1_000_000_000

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._scopes: list[_Opened] = []

    @property
    def name(self) -> str:
        """The folder."""
        return f"mapped:{self._folder}"

    async def upsert(self, repository: str, files: Sequence[FileVectors]) -> None:
        """Append the rows; a writer that is killed leaves nothing behind that is ever read."""

        def append(table: Table) -> None:
            length = require_one_length(self.name, repository, files)
            self._require(table, repository, length)
            with table.writing() as writing:
                if length and not table.length:
                    writing.set_length(length)
                writing.append(files)

        await self._with(repository, append)

    async def delete(self, repository: str, files: Sequence[str]) -> None:
        """Forget rows; their place is used again when the array is written anew."""

        def forget(table: Table) -> None:
            with table.writing() as writing:
                writing.forget(files)
                if writing.has_many_holes:
                    writing.write_anew()

        await self._with(repository, forget)

    async def missing(self, repository: str, files: Sequence[str]) -> frozenset[str]:
        """Return those without rows."""
        return await self._with(repository, lambda table: frozenset(files) - table.places().keys())

    async def count(self, repository: str) -> int:
        """Return how many rows are in use."""
        return await self._with(repository, lambda table: table.count())

    async def search(self, scope: Scope, vector: NDArray[np.float32], *, limit: int) -> Nearest:
        """Multiply every row of the tree; exact."""

        def multiply() -> Nearest:
            opened = self._opened(scope, len(vector))
            cosines = opened.cosines(vector)
            if limit >= len(cosines):
                return Nearest(chunks=opened.chunks, cosines=cosines)
            best = np.argpartition(-cosines, limit)[:limit]
            return Nearest(chunks=opened.chunks[best], cosines=cosines[best])

        return await asyncio.to_thread(multiply)

    def _opened(self, scope: Scope, length: int) -> _Opened:
        for opened in self._scopes:
            if opened.scope is scope and opened.array.shape[1] == length:
                return opened
        table = self._table(scope.repository)
        self._require(table, scope.repository, length)
        array = table.array(length)
        places = table.places()
        kept = [(first, places[file]) for file, first in scope.firsts.items() if file in places]
        whole = [(first, place) for first, place in kept if place.is_whole(array)]
        if len(whole) < len(kept):
            damaged = {id(place) for _, place in kept} - {id(place) for _, place in whole}
            with table.writing() as writing:
                writing.forget([file for file, place in places.items() if id(place) in damaged])
        found = _Opened(
            scope=scope,
            array=array,
            rows=_runs([(place.first, place.rows) for _, place in whole]),
            chunks=_runs([(first, place.rows) for first, place in whole]),
        )
        if found.whole:
            self._scopes = [*self._scopes, found][-_SCOPES_OPEN:]
        return found

    def _require(self, table: Table, repository: str, length: int) -> None:
        if length and table.length and table.length != length:
            raise other_length(self.name, repository, table.length, length)

    def _table(self, repository: str) -> Table:
        return Table(self._folder / repository)

    async def _with(self, repository: str, work: Callable[[Table], _Result]) -> _Result:
        def run() -> _Result:
            try:
                return work(self._table(repository))
            except OSError as error:
                raise AdapterError(f"the vectors in {self._folder} cannot be written: {error.strerror}") from error

        return await asyncio.to_thread(run)


def _runs(runs: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    """Return the numbers of some runs, each given by its first number and length."""
    if not runs:
        return np.zeros(0, np.int64)
    firsts, lengths = np.array(runs, np.int64).T
    return np.repeat(firsts - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())


@asynccontextmanager
async def open_store(rest: str, settings: Settings) -> AsyncIterator[MappedVectors]:
    """Open `mapped:`, or `mapped:FOLDER`.

    Raises:
        UserError: a repository asks for a folder outside of the cache directory.
    """
    yield MappedVectors(folder_of(rest, settings, kind="mapped"))
