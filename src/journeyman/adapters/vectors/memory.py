"""Vectors in this process alone: `memory:`. For tests, and for looking something up once."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np
from numpy.typing import NDArray

from journeyman.adapters.vectors.rows import other_length, require_one_length
from journeyman.ports.vectors import FileVectors, Nearest, Scope
from journeyman.settings import Settings


class MemoryVectors:
    """Fills `ports.vectors.VectorStore` with a dictionary."""

    name = "memory:"
    reach = 1_000_000_000

    def __init__(self) -> None:
        self._kept: dict[str, dict[str, NDArray[np.float32]]] = {}

    async def upsert(self, repository: str, files: Sequence[FileVectors]) -> None:
        """Keep copies."""
        kept = self._kept.setdefault(repository, {})
        self._require(repository, require_one_length(self.name, repository, files))
        kept.update({each.file: each.vectors.astype(np.float32) for each in files})

    async def delete(self, repository: str, files: Sequence[str]) -> None:
        """Forget them."""
        for file in files:
            self._kept.get(repository, {}).pop(file, None)

    async def missing(self, repository: str, files: Sequence[str]) -> frozenset[str]:
        """Return the unknown ones."""
        return frozenset(files) - self._kept.get(repository, {}).keys()

    async def count(self, repository: str) -> int:
        """Count them."""
        return sum(len(rows) for rows in self._kept.get(repository, {}).values())

    async def search(self, scope: Scope, vector: NDArray[np.float32], *, limit: int) -> Nearest:
        """Multiply everything."""
        self._require(scope.repository, len(vector))
        kept = self._kept.get(scope.repository, {})
        inside = [file for file in scope.firsts if len(kept.get(file, ()))]
        chunks = [scope.firsts[file] + np.arange(len(kept[file])) for file in inside]
        cosines = [kept[file] @ vector for file in inside]
        places = np.concatenate([*chunks, np.zeros(0, np.int64)])
        values = np.concatenate([*cosines, np.zeros(0, np.float32)])
        best = np.argsort(-values, kind="stable")[:limit]
        return Nearest(chunks=places[best], cosines=values[best])

    def _require(self, repository: str, length: int) -> None:
        known = next((rows.shape[1] for rows in self._kept.get(repository, {}).values() if len(rows)), 0)
        if length and known and known != length:
            raise other_length(self.name, repository, known, length)


@asynccontextmanager
async def open_store(rest: str, settings: Settings) -> AsyncIterator[MemoryVectors]:  # noqa: ARG001 # a factory
    """Open an empty store; what it holds is gone with the process."""
    yield MemoryVectors()
