"""The seam to a searchable codebase: Query -> Snippets."""

from typing import Protocol

from journeyman.domain.context import Query, Snippet
from journeyman.domain.snapshot import Snapshot


class CodeIndex(Protocol):
    """An index over the files of one tree."""

    async def search(self, snapshot: Snapshot, query: Query) -> tuple[Snippet, ...]:
        """Return at most `query.limit` snippets of `snapshot`, best first, without overlaps."""
        ...

    async def symbols(self, snapshot: Snapshot, name: str, *, limit: int = 40) -> tuple[Snippet, ...]:
        """Return at most `limit` definitions of a name, plain or qualified (`Cart.total`), in whatever case."""
        ...

    async def references(self, snapshot: Snapshot, name: str, *, limit: int = 200) -> tuple[Snippet, ...]:
        """Return at most `limit` lines that hold a name as a whole word, in order of path and line.

        The symbol of each is the definition that the line is in.
        """
        ...
