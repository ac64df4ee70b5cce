"""Pinecone: `pinecone:INDEX`, through its official client, with the key in `PINECONE_API_KEY`.

The index is made by a person, for it costs money and has one length: dimension as the embedder's, metric cosine or
dotproduct. `PINECONE_HOST` says where it is when Pinecone itself is not to be asked. A repository is a namespace.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from numpy.typing import NDArray
from pinecone import AsyncPinecone
from pinecone.async_client.async_index import AsyncIndex
from pinecone.errors import (
    ApiError,
    ForbiddenError,
    NotFoundError,
    PineconeConnectionError,
    PineconeError,
    PineconeTimeoutError,
    RateLimitError,
    ServiceError,
    UnauthorizedError,
)

from journeyman.adapters.vectors.place import is_here
from journeyman.adapters.vectors.rows import (
    Near,
    batches,
    failed,
    gone,
    nearest,
    other_length,
    require_one_length,
    rows_of,
)
from journeyman.domain.errors import UserError
from journeyman.ports.vectors import FileVectors, Nearest, Scope
from journeyman.settings import Settings

_ROWS_AT_ONCE = 100
"""A request may hold 2 MB: vectors of 1,500 numbers fit."""
_FILES_AT_ONCE = 50
"""Of the keys in one address or filter."""
_MOST = 10_000


class PineconeVectors:
    """Fills `ports.vectors.VectorStore`. What was just written may take the service seconds to find."""

    reach = 400

    def __init__(self, index: AsyncIndex, name: str) -> None:
        self._index = index
        self._name = name
        self._length = 0

    @property
    def name(self) -> str:
        """The locator."""
        return self._name

    async def upsert(self, repository: str, files: Sequence[FileVectors]) -> None:
        """Replace the files' rows, a hundred at a time."""
        length = require_one_length(self._name, repository, files)
        async with _told(self._name):
            await self._require(repository, length)
            keys = [each.file for each in files]
            await self._forget(repository, sorted(set(keys) - await self._missing(repository, keys)))
            for some in batches(rows_of(files), _ROWS_AT_ONCE):
                vectors = [
                    {"id": row.id, "values": row.vector.tolist(), "metadata": {"file": row.file}} for row in some
                ]
                await self._index.upsert(vectors=vectors, namespace=repository)

    async def delete(self, repository: str, files: Sequence[str]) -> None:
        """Forget the files' rows."""
        async with _told(self._name):
            await self._forget(repository, files)

    async def missing(self, repository: str, files: Sequence[str]) -> frozenset[str]:
        """Return the files whose first row is not there."""
        async with _told(self._name):
            return await self._missing(repository, files)

    async def count(self, repository: str) -> int:
        """Return what the service's statistics say."""
        async with _told(self._name):
            namespaces = (await self._index.describe_index_stats()).namespaces
            return namespaces[repository].vector_count if repository in namespaces else 0

    async def search(self, scope: Scope, vector: NDArray, *, limit: int) -> Nearest:  # type: ignore[type-arg]
        """Ask for the nearest rows, and for more while too few are of the tree."""

        async def ask(wanted: int) -> list[Near]:
            async with _told(self._name):
                await self._require(scope.repository, len(vector))
                found = await self._index.query(vector=vector.tolist(), top_k=wanted, namespace=scope.repository)
                return [Near(id=match.id, cosine=match.score) for match in found.matches]

        return await nearest(ask, scope, limit=limit, most=_MOST)

    async def _require(self, repository: str, length: int) -> None:
        """Refuse vectors that the index is not made for.

        Raises:
            UserError: their length is another, or its scores are not cosines.
        """
        if not self._length:
            stats = await self._index.describe_index_stats()
            if stats.metric == "euclidean":
                raise UserError(
                    f"{self._name} measures euclidean distances",
                    remedy="Make an index with the metric cosine or dotproduct.",
                )
            self._length = stats.dimension or 0
        if length and self._length and length != self._length:
            raise other_length(self._name, repository, self._length, length)

    async def _missing(self, repository: str, files: Sequence[str]) -> frozenset[str]:
        found: set[str] = set()
        for start in range(0, len(files), _FILES_AT_ONCE):
            ids = [f"{file}-0" for file in files[start : start + _FILES_AT_ONCE]]
            there = await self._index.fetch(ids=ids, namespace=repository)
            found |= {row.rpartition("-")[0] for row in there.vectors}
        return frozenset(files) - found

    async def _forget(self, repository: str, files: Sequence[str]) -> None:
        for start in range(0, len(files), _FILES_AT_ONCE):
            some = list(files[start : start + _FILES_AT_ONCE])
            try:
                await self._index.delete(filter={"file": {"$in": some}}, namespace=repository)
            except NotFoundError:
                # A namespace that was never written to.
                return


@asynccontextmanager
async def _told(name: str) -> AsyncIterator[None]:
    """Say what the client's errors mean."""
    try:
        yield
    except (UnauthorizedError, ForbiddenError) as error:
        if "storage" in str(error):
            raise failed(name, error) from error
        raise UserError(f"{name} does not let us in", remedy="Check PINECONE_API_KEY.") from error
    except NotFoundError as error:
        raise UserError(
            f"{name} is not there",
            remedy="Make the index first: dimension as the embedder's, metric cosine.",
        ) from error
    except (PineconeConnectionError, PineconeTimeoutError, RateLimitError, ServiceError) as error:
        raise gone(name, error) from error
    except (ApiError, PineconeError) as error:
        raise failed(name, error) from error


@asynccontextmanager
async def open_store(rest: str, settings: Settings) -> AsyncIterator[PineconeVectors]:
    """Open `pinecone:INDEX`.

    Raises:
        UserError: no index or key is named, the index is not there, or the key would be sent in the clear.
        AdapterError: Pinecone does not answer.
    """
    key, host = settings.secret("PINECONE_API_KEY"), settings.secret("PINECONE_HOST")
    if not rest or not key:
        raise UserError(
            "pinecone: names no index" if not rest else f"there is no key for pinecone:{rest}",
            remedy="Write pinecone:INDEX, and put the key into PINECONE_API_KEY.",
        )
    if host.startswith("http://") and not is_here(urlsplit(host).hostname or ""):
        raise UserError(f"{host} would be sent the key in the clear", remedy="Give its https:// address.")
    name = f"pinecone:{rest}"
    async with AsyncPinecone(api_key=key) as client:
        async with _told(name):
            index = await client.index(name="" if host else rest, host=host)
        async with index:
            yield PineconeVectors(index, name)
