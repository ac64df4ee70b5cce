"""Opening the index of one repository as the settings say."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from hashlib import blake2b
from pathlib import Path
from typing import cast

from journeyman.plugins import find_factory, split_locator
from journeyman.ports.embedder import Embedder
from journeyman.ports.repository import Repository
from journeyman.retrieval.index import CodebaseIndex
from journeyman.settings import Settings


@asynccontextmanager
async def open_index(repository: Repository, path: Path, settings: Settings) -> AsyncIterator[CodebaseIndex]:
    """Open the index of the repository at `path`; it lives in the cache directory and may be deleted at any time.

    Raises:
        UserError: nobody knows the embedder that the settings name.
    """
    folder = settings.cache_dir / "index" / folder_name(path)
    async with AsyncExitStack() as stack:
        embedder: Embedder | None = None
        if settings.retrieval.embedder:
            scheme, rest = split_locator(settings.retrieval.embedder)
            factory = find_factory("embedders", scheme or rest)
            embedder = cast("Embedder", await stack.enter_async_context(factory(rest if scheme else "", settings)))
        yield CodebaseIndex(repository, folder=folder, embedder=embedder)


def folder_name(path: Path) -> str:
    """Return the name of a repository's folder: readable, and different for different places."""
    where = path.resolve()
    return f"{where.name[:40]}-{blake2b(str(where).encode('utf-8', 'surrogateescape'), digest_size=6).hexdigest()}"
