"""The seam to a searchable codebase: Query -> Snippets."""

from typing import Protocol

from journeyman.domain.context import Query, Snippet
from journeyman.domain.snapshot import Snapshot


class CodeIndex(Protocol):
    """An index over the files of one tree."""

    async def search(self, snapshot: Snapshot, query: Query) -> tuple[Snippet, ...]:
        """Return at most `query.limit` snippets of `snapshot`, best first, without overlaps."""
        ...
