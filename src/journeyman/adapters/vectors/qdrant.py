"""Qdrant in this process: `qdrant:` or `qdrant:FOLDER`. One process at a time; it compares every row itself."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from hashlib import blake2b
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from qdrant_client import QdrantClient, models

from journeyman.adapters.vectors.place import folder_of
from journeyman.adapters.vectors.rows import (
    Near,
    batches,
    failed,
    nearest,
    other_length,
    require_one_length,
    rows_of,
)
from journeyman.domain.errors import JourneymanError, UserError
from journeyman.ports.vectors import FileVectors, Nearest, Scope
from journeyman.settings import Settings

_Result = TypeVar("_Result")
_AT_ONCE = 1000
_MOST = 100_000


class QdrantVectors:
    """Fills `ports.vectors.VectorStore`. A repository is a collection."""

    reach = 1000

    def __init__(self, client: QdrantClient, name: str) -> None:
        self._client = client
        self._name = name
        self._turn = asyncio.Lock()

    @property
    def name(self) -> str:
        """The locator."""
        return self._name

    async def upsert(self, repository: str, files: Sequence[FileVectors]) -> None:
        """Replace the files' rows."""
        length = require_one_length(self._name, repository, files)

        def write() -> None:
            if length and not self._client.collection_exists(repository):
                parameters = models.VectorParams(size=length, distance=models.Distance.COSINE)
                self._client.create_collection(repository, vectors_config=parameters)
            self._require(repository, length)
            self._forget(repository, [each.file for each in files])
            for some in batches(rows_of(files), _AT_ONCE):
                points = [
                    models.PointStruct(
                        id=_point(row.id), vector=row.vector.tolist(), payload={"row": row.id, "file": row.file}
                    )
                    for row in some
                ]
                self._client.upsert(repository, points)

        await self._call(write)

    async def delete(self, repository: str, files: Sequence[str]) -> None:
        """Forget the files' rows."""
        await self._call(lambda: self._forget(repository, files))

    async def missing(self, repository: str, files: Sequence[str]) -> frozenset[str]:
        """Return the files whose first row is not there."""

        def look() -> frozenset[str]:
            if not self._client.collection_exists(repository):
                return frozenset(files)
            points = {_point(f"{file}-0"): file for file in files}
            found = self._client.retrieve(repository, list(points), with_payload=False, with_vectors=False)
            return frozenset(files) - {points[str(each.id)] for each in found}

        return await self._call(look)

    async def count(self, repository: str) -> int:
        """Count the collection."""

        def look() -> int:
            there = self._client.collection_exists(repository)
            return self._client.count(repository, exact=True).count if there else 0

        return await self._call(look)

    async def search(self, scope: Scope, vector: NDArray[np.float32], *, limit: int) -> Nearest:
        """Ask for the nearest rows, and for more while too few are of the tree."""

        def ask(wanted: int) -> list[Near]:
            if not self._client.collection_exists(scope.repository):
                return []
            self._require(scope.repository, len(vector))
            found = self._client.query_points(
                scope.repository, query=vector, limit=wanted, with_payload=["row"], with_vectors=False
            )
            return [Near(id=(point.payload or {})["row"], cosine=point.score) for point in found.points]

        async def asked(wanted: int) -> list[Near]:
            return await self._call(lambda: ask(wanted))

        return await nearest(asked, scope, limit=limit, most=_MOST)

    def _require(self, repository: str, length: int) -> None:
        if not length:
            return
        parameters = self._client.get_collection(repository).config.params.vectors
        kept = parameters.size if isinstance(parameters, models.VectorParams) else 0
        if kept != length:
            raise other_length(self._name, repository, kept, length)

    def _forget(self, repository: str, files: Sequence[str]) -> None:
        if files and self._client.collection_exists(repository):
            of_these = models.FieldCondition(key="file", match=models.MatchAny(any=list(files)))
            self._client.delete(repository, models.FilterSelector(filter=models.Filter(must=[of_these])))

    async def _call(self, work: Callable[[], _Result]) -> _Result:
        # The client of local mode is made for one thread at a time.
        async with self._turn:
            try:
                return await asyncio.to_thread(work)
            except JourneymanError:
                raise
            except (OSError, RuntimeError, ValueError) as error:
                raise failed(self._name, error) from error


def _point(row: str) -> str:
    """Return the id that Qdrant allows for a row: a UUID."""
    return str(uuid.UUID(bytes=blake2b(row.encode(), digest_size=16).digest()))


@asynccontextmanager
async def open_store(rest: str, settings: Settings) -> AsyncIterator[QdrantVectors]:
    """Open `qdrant:` or `qdrant:FOLDER`.

    Raises:
        UserError: another process has it open, or a repository asks for a folder outside of the cache directory.
        AdapterError: it cannot be written.
    """
    folder = folder_of(rest, settings, kind="qdrant")
    name = f"qdrant:{folder}"
    try:
        client = await asyncio.to_thread(lambda: QdrantClient(path=str(folder)))
    except RuntimeError as error:
        raise UserError(
            f"{name} is open in another process", remedy="Wait for it to end, or use another store: mapped:, chroma:."
        ) from error
    except OSError as error:
        raise failed(name, error) from error
    try:
        yield QdrantVectors(client, name)
    finally:
        await asyncio.to_thread(client.close)
