"""An honest index without any cleverness: a file is as good as the number of query words it holds."""

import re

from journeyman.domain.context import Query, Snippet
from journeyman.domain.snapshot import EntryKind, Snapshot, TreeEntry
from journeyman.ports.repository import Repository

_WORD = re.compile(r"\w+")


class WholeFileIndex:
    """Fills `ports.index.CodeIndex`; every snippet is a whole file. For tests on small trees."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    async def search(self, snapshot: Snapshot, query: Query) -> tuple[Snippet, ...]:
        """Return at most `query.limit` files, those that the query names first, then by words found."""
        files = [entry for entry in snapshot.entries if entry.kind in {EntryKind.FILE, EntryKind.EXECUTABLE}]
        contents = await self._repository.read_many(tuple(entry.blob for entry in files))
        wanted = _words(query.text)
        hits = [_snippet(entry, content, wanted) for entry, content in zip(files, contents, strict=True) if content]
        named = [hit for hit in hits if hit.score > 0 or hit.path in query.paths]
        named.sort(key=lambda hit: (hit.path not in query.paths, -hit.score, hit.path))
        return tuple(named[: query.limit])

    async def symbols(self, snapshot: Snapshot, name: str, *, limit: int = 40) -> tuple[Snippet, ...]:
        """Return the lines where a keyword that defines stands before the name: one line each."""
        last = re.escape(re.split(r"\W+", name)[-1])
        return await self._lines(
            snapshot, re.compile(rf"^\s*(async )?(def|class|func|function|fn) {last}\b", re.IGNORECASE), last, limit
        )

    async def references(self, snapshot: Snapshot, name: str, *, limit: int = 200) -> tuple[Snippet, ...]:
        """Return the lines that hold the name as a whole word."""
        return await self._lines(snapshot, re.compile(rf"(?<!\w){re.escape(name) or '(?!)'}(?!\w)"), "", limit)

    async def _lines(self, snapshot: Snapshot, wanted: re.Pattern[str], symbol: str, limit: int) -> tuple[Snippet, ...]:
        files = [entry for entry in snapshot.entries if entry.kind in {EntryKind.FILE, EntryKind.EXECUTABLE}]
        contents = await self._repository.read_many(tuple(entry.blob for entry in files))
        found = [
            Snippet(
                path=entry.path,
                start_line=number,
                end_line=number,
                text=line + "\n",
                blob=entry.blob,
                score=1.0,
                retriever="whole-file",
                symbol=symbol,
            )
            for entry, content in zip(files, contents, strict=True)
            for number, line in enumerate(content.decode("utf-8", "replace").split("\n"), 1)
            if wanted.search(line)
        ]
        return tuple(found[:limit])


def _snippet(entry: TreeEntry, content: bytes, wanted: set[str]) -> Snippet:
    text = content.decode("utf-8", "replace")
    return Snippet(
        path=entry.path,
        start_line=1,
        end_line=text.count("\n") + (not text.endswith("\n")),
        text=text,
        blob=entry.blob,
        score=float(len(wanted & _words(f"{entry.path} {text}"))),
        retriever="whole-file",
    )


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}
