"""Weaviate: `weaviate://host:port?grpc=50051`, through its official client (its data go over gRPC).

A repository is a collection. A host that is not this machine is spoken to over TLS, with the key in
`WEAVIATE_API_KEY` if there is one; `&tls=no` is for servers in a network of one's own, and sends no key.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from hashlib import blake2b
from urllib.parse import parse_qs

import httpx
import weaviate
from numpy.typing import NDArray
from weaviate.classes.config import Configure, DataType, Property, Tokenization, VectorDistances
from weaviate.classes.data import DataObject
from weaviate.classes.init import AdditionalConfig, Auth, Timeout
from weaviate.classes.query import Filter, MetadataQuery
from weaviate.collections import CollectionAsync
from weaviate.exceptions import (
    UnexpectedStatusCodeError,
    WeaviateBaseError,
    WeaviateConnectionError,
    WeaviateGRPCUnavailableError,
    WeaviateStartUpError,
)

from journeyman.adapters.vectors.place import address_of, is_here
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

_PORT = 8080
_GRPC_PORT = 50051
_AT_ONCE = 500
_MOST = 10_000
"""What a server gives and deletes at once, unless it was set up otherwise (QUERY_MAXIMUM_RESULTS)."""
_LENGTH = "length of vectors: "
_PATIENCE_S = 30.0
"""For one request; the client itself tries a server that is gone for more than a minute."""
_REFUSED = frozenset({401, 403})
_NOT_THERE = (WeaviateConnectionError, WeaviateStartUpError, WeaviateGRPCUnavailableError)
_GONE = ("UNAVAILABLE", "failed to connect", "Connection refused", "DEADLINE_EXCEEDED")


class WeaviateVectors:
    """Fills `ports.vectors.VectorStore`."""

    reach = 400

    def __init__(self, client: weaviate.WeaviateAsyncClient, name: str, *, patience_s: float = _PATIENCE_S) -> None:
        self._client = client
        self._name = name
        self._patience_s = patience_s
        self._lengths: dict[str, int] = {}

    @property
    def name(self) -> str:
        """Scheme, host and port."""
        return self._name

    async def upsert(self, repository: str, files: Sequence[FileVectors]) -> None:
        """Replace the files' rows, some hundred at a time."""
        length = require_one_length(self._name, repository, files)
        if not length:
            return
        async with self._told():
            await self._require(repository, length, made=True)
            collection = self._collection(repository)
            keys = [each.file for each in files]
            await self._forget(collection, sorted(set(keys) - await self._missing(collection, keys)))
        for some in batches(rows_of(files), _AT_ONCE):
            objects = [
                DataObject(
                    uuid=_object(row.id), properties={"row": row.id, "file": row.file}, vector=row.vector.tolist()
                )
                for row in some
            ]
            async with self._told():
                done = await collection.data.insert_many(objects)
            if done.has_errors:
                raise failed(self._name, next(iter(done.errors.values())).message)

    async def delete(self, repository: str, files: Sequence[str]) -> None:
        """Forget the files' rows."""
        async with self._told():
            if await self._length(repository):
                await self._forget(self._collection(repository), files)

    async def missing(self, repository: str, files: Sequence[str]) -> frozenset[str]:
        """Return the files whose first row is not there."""
        async with self._told():
            if not await self._length(repository):
                return frozenset(files)
            return await self._missing(self._collection(repository), files)

    async def count(self, repository: str) -> int:
        """Count the collection."""
        async with self._told():
            if not await self._length(repository):
                return 0
            return (await self._collection(repository).aggregate.over_all(total_count=True)).total_count or 0

    async def search(self, scope: Scope, vector: NDArray, *, limit: int) -> Nearest:  # type: ignore[type-arg]
        """Ask for the nearest rows, and for more while too few are of the tree."""

        async def ask(wanted: int) -> list[Near]:
            async with self._told():
                if not await self._require(scope.repository, len(vector), made=False):
                    return []
                found = await self._collection(scope.repository).query.near_vector(
                    vector.tolist(),
                    limit=wanted,
                    return_properties=["row"],
                    return_metadata=MetadataQuery(distance=True),
                )
            return [
                Near(id=str(each.properties["row"]), cosine=1 - (each.metadata.distance or 0.0))
                for each in found.objects
            ]

        return await nearest(ask, scope, limit=limit, most=_MOST)

    @asynccontextmanager
    async def _told(self) -> AsyncIterator[None]:
        """Wait for an answer, but not for ever."""
        async with _told(self._name), asyncio.timeout(self._patience_s):
            yield

    def _collection(self, repository: str) -> CollectionAsync:
        return self._client.collections.use(_collection_name(repository))

    async def _length(self, repository: str) -> int:
        """Return how long the vectors of a repository are; 0 when it was never written."""
        if repository not in self._lengths:
            name = _collection_name(repository)
            if not await self._client.collections.exists(name):
                return 0
            kept = await self._client.collections.use(name).config.get(simple=True)
            self._lengths[repository] = int((kept.description or "").removeprefix(_LENGTH) or 0)
        return self._lengths[repository]

    async def _require(self, repository: str, length: int, *, made: bool) -> bool:
        """Return whether the collection is there, made now if that is wanted.

        Raises:
            UserError: it holds vectors of another length.
        """
        kept = await self._length(repository)
        if not kept and made:
            await self._make(repository, length)
            kept = await self._length(repository)
        if kept and kept != length:
            raise other_length(self._name, repository, kept, length)
        return bool(kept)

    async def _make(self, repository: str, length: int) -> None:
        text = {"data_type": DataType.TEXT, "tokenization": Tokenization.FIELD}
        try:
            await self._client.collections.create(
                _collection_name(repository),
                description=f"{_LENGTH}{length}",
                properties=[
                    Property(name="row", index_filterable=False, **text),  # type: ignore[arg-type] # by name
                    Property(name="file", index_filterable=True, **text),  # type: ignore[arg-type] # by name
                ],
                vector_config=Configure.Vectors.self_provided(
                    vector_index_config=Configure.VectorIndex.hnsw(distance_metric=VectorDistances.COSINE)
                ),
            )
        except UnexpectedStatusCodeError as error:
            # Another writer was first.
            if "already exists" not in str(error):
                raise

    @staticmethod
    async def _missing(collection: CollectionAsync, files: Sequence[str]) -> frozenset[str]:
        objects, found = {_object(f"{file}-0"): file for file in files}, set[str]()
        ids = list(objects)
        for start in range(0, len(ids), _AT_ONCE):
            some = Filter.by_id().contains_any(ids[start : start + _AT_ONCE])
            there = await collection.query.fetch_objects(filters=some, limit=_AT_ONCE, return_properties=[])
            found |= {objects[str(each.uuid)] for each in there.objects}
        return frozenset(files) - found

    @staticmethod
    async def _forget(collection: CollectionAsync, files: Sequence[str]) -> None:
        for start in range(0, len(files), _AT_ONCE):
            some = Filter.by_property("file").contains_any(list(files[start : start + _AT_ONCE]))
            # A server deletes so many at once and says how many there were.
            while (done := await collection.data.delete_many(where=some)).matches >= _MOST and done.successful:
                pass


@asynccontextmanager
async def _told(name: str) -> AsyncIterator[None]:
    """Say what the client's errors mean."""
    try:
        yield
    except (*_NOT_THERE, httpx.TransportError, TimeoutError) as error:
        raise gone(name, error) from error
    except UnexpectedStatusCodeError as error:
        if error.status_code in _REFUSED:
            raise UserError(f"{name} does not let us in", remedy="Check WEAVIATE_API_KEY.") from error
        raise failed(name, error) from error
    except WeaviateBaseError as error:
        raise (gone if any(sign in str(error) for sign in _GONE) else failed)(name, error) from error


def _collection_name(repository: str) -> str:
    """Return the name that Weaviate allows: a capital first, no hyphens."""
    return "".join(part.capitalize() for part in repository.split("-"))


def _object(row: str) -> str:
    return str(uuid.UUID(bytes=blake2b(row.encode(), digest_size=16).digest()))


@asynccontextmanager
async def open_store(rest: str, settings: Settings) -> AsyncIterator[WeaviateVectors]:
    """Open `weaviate://host:port?grpc=PORT`.

    Raises:
        UserError: it is no address, a repository names a host elsewhere, or the key is refused.
        AdapterError: no server answers there.
    """
    parts = address_of(rest, settings, scheme="weaviate", port=_PORT)
    said = parse_qs(parts.query)
    grpc_port = said.get("grpc", [str(_GRPC_PORT)])[0]
    if not grpc_port.isdecimal():
        raise UserError(f"`grpc={grpc_port}` is no port", remedy=f"Write weaviate://{parts.netloc}?grpc={_GRPC_PORT}.")
    host, name = parts.hostname or "", f"weaviate://{parts.netloc}"
    safe = not is_here(host) and said.get("tls", [""])[0] != "no"
    key = settings.secret("WEAVIATE_API_KEY") if safe or is_here(host) else ""
    client = weaviate.use_async_with_custom(
        http_host=host,
        http_port=parts.port or _PORT,
        http_secure=safe,
        grpc_host=host,
        grpc_port=int(grpc_port),
        grpc_secure=safe,
        auth_credentials=Auth.api_key(key) if key else None,
        additional_config=AdditionalConfig(timeout=Timeout(init=10, query=60, insert=120)),
        # They ask PyPI for a newer client.
        skip_init_checks=True,
    )
    try:
        async with _told(name):
            await client.connect()
        yield WeaviateVectors(client, name)
    finally:
        await client.close()
