"""What chunks mean: an embedder makes vectors of them, a store keeps these and finds the nearest."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from journeyman.ports.embedder import Embedder
from journeyman.ports.vectors import FileVectors, Nearest, Scope, VectorStore
from journeyman.retrieval.cut_file import Cut, CutFile

_FILES_AT_ONCE = 500
Files = Callable[[Sequence[str]], Awaitable[Mapping[str, CutFile]]]
"""Given the keys of file versions, returns them cut and embedded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """An embedder and the store that goes with it."""

    embedder: Embedder
    store: VectorStore

    async def packed(self, cuts: Mapping[bytes, Cut]) -> dict[bytes, bytes]:
        """Return the files with a vector per chunk, as bytes."""
        vectors = await self.embedder.documents([text for each in cuts.values() for text in each.texts])
        packed, position = {}, 0
        for key, each in cuts.items():
            packed[key] = each.file.with_vectors(vectors[position : position + len(each.texts)]).packed()
            position += len(each.texts)
        return packed

    async def hold(self, scope: Scope, files: Files, *, trusted: bool) -> None:
        """Give the store what it lacks of a tree; `trusted`: it had all of it once, so that counting will do."""
        if trusted and await self.store.count(scope.repository) >= scope.chunks:
            return
        lacking = sorted(await self.store.missing(scope.repository, list(scope.firsts)))
        for start in range(0, len(lacking), _FILES_AT_ONCE):
            some = await files(lacking[start : start + _FILES_AT_ONCE])
            held = [FileVectors(file=key, vectors=file.vectors) for key, file in some.items()]
            await self.store.upsert(scope.repository, held)

    async def nearest(self, scope: Scope, text: str, files: Files) -> Nearest | None:
        """Return the chunks nearest to a text, or None for one that says nothing.

        A store that gives too few has lost some: it is given them again.
        """
        vector = np.asarray(await self.embedder.query(text), np.float32)
        if not vector.any() or not scope.chunks:
            return None
        limit = min(scope.chunks, self.store.reach)
        found = await self.store.search(scope, vector, limit=limit)
        if len(found.chunks) < limit and await self.store.missing(scope.repository, list(scope.firsts)):
            await self.hold(scope, files, trusted=False)
            found = await self.store.search(scope, vector, limit=limit)
        return found
