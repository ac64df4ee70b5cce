"""Opening the index of one repository as the settings say."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from hashlib import blake2b
from pathlib import Path
from typing import cast

from journeyman.plugins import find_factory, split_locator
from journeyman.ports.embedder import Embedder
from journeyman.ports.repository import Repository
from journeyman.ports.vectors import VectorStore
from journeyman.retrieval.index import CodebaseIndex
from journeyman.retrieval.meaning import Meaning
from journeyman.settings import Settings


@asynccontextmanager
async def open_index(repository: Repository, path: Path, settings: Settings) -> AsyncIterator[CodebaseIndex]:
    """Open the index of the repository at `path`; it lives in the cache directory and may be deleted at any time.

    Raises:
        UserError: nobody knows the embedder or the vector store that the settings name, or they refuse us.
        AdapterError: the vector store does not answer.
    """
    folder = settings.cache_dir / "index" / folder_name(path)
    async with open_meaning(settings) as meaning:
        yield CodebaseIndex(repository, folder=folder, meaning=meaning)


@asynccontextmanager
async def open_meaning(settings: Settings, *, vectors: str = "") -> AsyncIterator[Meaning | None]:
    """Open the embedder that the settings name and a store for its vectors, by default the one they name."""
    if not settings.retrieval.embedder:
        yield None
        return
    async with AsyncExitStack() as stack:
        embedder = await _open("embedders", settings.retrieval.embedder, settings, stack)
        store = await _open("vectors", vectors or settings.index.vectors, settings, stack)
        yield Meaning(embedder=cast("Embedder", embedder), store=cast("VectorStore", store))


async def _open(port: str, locator: str, settings: Settings, stack: AsyncExitStack) -> object:
    scheme, rest = split_locator(locator)
    factory = find_factory(port, scheme or rest)
    return await stack.enter_async_context(factory(rest if scheme else "", settings))


def folder_name(path: Path) -> str:
    """Return the name of a repository's folder: readable, and different for different places."""
    where = path.resolve()
    return f"{where.name[:40]}-{blake2b(str(where).encode('utf-8', 'surrogateescape'), digest_size=6).hexdigest()}"
