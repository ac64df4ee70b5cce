"""ChromaDB: `chroma:` in this process, or `chroma+http://host:port`, a server that several people share.

A repository is a collection; its rows are found by cosine, through Chroma's graph index.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import chromadb
import httpx
import numpy as np
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError, NotFoundError
from numpy.typing import NDArray

from journeyman.adapters.vectors.place import address_of, folder_of
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
from journeyman.domain.errors import AdapterError, JourneymanError
from journeyman.ports.vectors import FileVectors, Nearest, Scope
from journeyman.settings import Settings

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_Result = TypeVar("_Result")
_AT_ONCE = 1000
_MOST = 10_000
_PORT = 8000
_GRAPH = {"hnsw": {"space": "cosine", "ef_construction": 100, "ef_search": 200, "max_neighbors": 16}}


class ChromaVectors:
    """Fills `ports.vectors.VectorStore`. Chroma's client blocks, so each call has a thread."""

    reach = 400

    def __init__(self, client: "ClientAPI", name: str) -> None:
        self._client = client
        self._name = name

    @property
    def name(self) -> str:
        """The locator."""
        return self._name

    async def upsert(self, repository: str, files: Sequence[FileVectors]) -> None:
        """Replace the files' rows, a thousand at a time."""
        length = require_one_length(self._name, repository, files)

        def write() -> None:
            collection = self._client.get_or_create_collection(
                repository,
                embedding_function=None,
                configuration=_GRAPH,  # type: ignore[arg-type] # a plain dictionary is taken
                metadata={"length": length},
            )
            self._require(collection, length)
            self._forget(collection, sorted(_kept(collection, [each.file for each in files])))
            for some in batches(rows_of(files), _AT_ONCE):
                collection.upsert(
                    ids=[row.id for row in some],
                    embeddings=np.stack([row.vector for row in some]),
                    metadatas=[{"file": row.file} for row in some],
                )

        await self._call(write)

    async def delete(self, repository: str, files: Sequence[str]) -> None:
        """Forget the files' rows."""

        def forget() -> None:
            if (collection := self._collection(repository)) is not None:
                self._forget(collection, files)

        await self._call(forget)

    async def missing(self, repository: str, files: Sequence[str]) -> frozenset[str]:
        """Return the files whose first row is not there."""

        def look() -> frozenset[str]:
            collection = self._collection(repository)
            return frozenset(files) - (_kept(collection, files) if collection is not None else set())

        return await self._call(look)

    async def count(self, repository: str) -> int:
        """Count the collection."""

        def look() -> int:
            collection = self._collection(repository)
            return collection.count() if collection is not None else 0

        return await self._call(look)

    async def search(self, scope: Scope, vector: NDArray[np.float32], *, limit: int) -> Nearest:
        """Ask for the nearest rows, and for more while too few are of the tree."""

        def ask(wanted: int) -> list[Near]:
            collection = self._collection(scope.repository)
            if collection is None:
                return []
            self._require(collection, len(vector))
            found = collection.query(query_embeddings=vector.reshape(1, -1), n_results=wanted, include=["distances"])
            distances = found["distances"] or [[]]
            return [
                Near(id=row, cosine=1 - distance) for row, distance in zip(found["ids"][0], distances[0], strict=True)
            ]

        async def asked(wanted: int) -> list[Near]:
            return await self._call(lambda: ask(wanted))

        return await nearest(asked, scope, limit=limit, most=_MOST)

    def _collection(self, repository: str) -> "Collection | None":
        try:
            return self._client.get_collection(repository, embedding_function=None)
        except NotFoundError:
            return None

    def _require(self, collection: "Collection", length: int) -> None:
        kept = int((collection.metadata or {}).get("length") or 0)
        if kept and length and kept != length:
            raise other_length(self._name, collection.name, kept, length)

    @staticmethod
    def _forget(collection: "Collection", files: Sequence[str]) -> None:
        for start in range(0, len(files), _AT_ONCE):
            of_these: Any = {"file": {"$in": list(files[start : start + _AT_ONCE])}}
            collection.delete(where=of_these)

    async def _call(self, work: Callable[[], _Result]) -> _Result:
        try:
            return await asyncio.to_thread(work)
        except JourneymanError:
            raise
        except (httpx.TransportError, ConnectionError) as error:
            raise gone(self._name, error) from error
        except (ChromaError, httpx.HTTPError, OSError, RuntimeError, ValueError) as error:
            raise failed(self._name, error) from error


def _kept(collection: "Collection", files: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(files), _AT_ONCE):
        ids = [f"{file}-0" for file in files[start : start + _AT_ONCE]]
        found |= {row.rpartition("-")[0] for row in collection.get(ids=ids, include=[])["ids"]}
    return found


@asynccontextmanager
async def open_embedded(rest: str, settings: Settings) -> AsyncIterator[ChromaVectors]:
    """Open `chroma:` or `chroma:FOLDER`.

    Raises:
        UserError: a repository asks for a folder outside of the cache directory.
        AdapterError: Chroma cannot use it.
    """
    folder = folder_of(rest, settings, kind="chroma")
    name = f"chroma:{folder}"

    def connect() -> "ClientAPI":
        folder.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(path=str(folder), settings=ChromaSettings(anonymized_telemetry=False))

    async with _opened(connect, name) as store:
        yield store


@asynccontextmanager
async def open_server(rest: str, settings: Settings) -> AsyncIterator[ChromaVectors]:
    """Open `chroma+http://host:port`.

    Raises:
        UserError: it is no address, or a repository names a host elsewhere.
        AdapterError: no server answers there.
    """
    parts = address_of(rest, settings, scheme="chroma+http", port=_PORT)

    def connect() -> "ClientAPI":
        return chromadb.HttpClient(
            host=parts.hostname or "", port=parts.port or _PORT, settings=ChromaSettings(anonymized_telemetry=False)
        )

    async with _opened(connect, f"chroma+http://{parts.netloc}") as store:
        yield store


@asynccontextmanager
async def _opened(connect: "Callable[[], Any]", name: str) -> AsyncIterator[ChromaVectors]:
    try:
        client = await asyncio.to_thread(connect)
    except (ValueError, httpx.HTTPError) as error:
        raise gone(name, error) from error
    except (ChromaError, OSError, RuntimeError) as error:
        raise AdapterError(f"{name} cannot be opened: {error}") from error
    try:
        yield ChromaVectors(client, name)
    finally:
        await asyncio.to_thread(_close, client)


def _close(client: Any) -> None:
    """Close a client, and the connections of its own that one of a server leaves open."""
    client.close()
    for each in (client, getattr(client, "_admin_client", None)):
        if (session := getattr(getattr(each, "_server", None), "_session", None)) is not None:
            session.close()
