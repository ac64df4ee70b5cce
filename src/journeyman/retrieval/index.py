"""The lexical index: searches the files of any tree, reading and cutting only what it has not seen."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence

from journeyman.domain.context import Query, Snippet
from journeyman.domain.snapshot import Snapshot, TreeEntry
from journeyman.ports.repository import Repository
from journeyman.retrieval.chunk import chunks_of, lines_of, text_of_lines
from journeyman.retrieval.lexical import Vocabulary
from journeyman.retrieval.rank import IndexedFile, RankedTree
from journeyman.retrieval.walk import attribute_files, text_of, worth_reading
from journeyman.retrieval.words import terms

RETRIEVER = "lexical"
_TREES_KEPT = 2
_READ_AT_ONCE = 500


class LexicalIndex:
    """Fills `ports.index.CodeIndex` with fielded BM25 over syntax-aware chunks, all in memory."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._vocabulary = Vocabulary()
        self._files: dict[tuple[str, str], IndexedFile | None] = {}
        self._trees: OrderedDict[str, tuple[RankedTree, dict[str, TreeEntry]]] = OrderedDict()
        # Two searches of a new tree build it once.
        self._building = asyncio.Lock()

    async def search(self, snapshot: Snapshot, query: Query) -> tuple[Snippet, ...]:
        """Return at most `query.limit` snippets, best first; chunks never overlap."""
        tree, entries = await self._tree(snapshot)
        hits = await asyncio.to_thread(tree.rank, query)
        return tuple(self._snippet(tree, entries, number, score) for number, score in hits)

    async def _tree(self, snapshot: Snapshot) -> tuple[RankedTree, dict[str, TreeEntry]]:
        async with self._building:
            if snapshot.tree not in self._trees:
                self._trees[snapshot.tree] = await self._build(snapshot)
            self._trees.move_to_end(snapshot.tree)
            while len(self._trees) > _TREES_KEPT:
                self._trees.popitem(last=False)
            return self._trees[snapshot.tree]

    async def _build(self, snapshot: Snapshot) -> tuple[RankedTree, dict[str, TreeEntry]]:
        attributes = attribute_files(snapshot)
        contents = await self._repository.read_many(tuple(entry.blob for entry in attributes))
        said = {entry.path: content for entry, content in zip(attributes, contents, strict=True)}
        entries = worth_reading(snapshot, said)
        unseen = [entry for entry in entries if _identity(entry) not in self._files]
        for start in range(0, len(unseen), _READ_AT_ONCE):
            some = unseen[start : start + _READ_AT_ONCE]
            blobs = await self._repository.read_many(tuple(entry.blob for entry in some))
            await asyncio.to_thread(self._take_in, some, blobs)
        files = {entry.path: file for entry in entries if (file := self._files[_identity(entry)])}
        tree = await asyncio.to_thread(RankedTree, files, self._vocabulary)
        return tree, {entry.path: entry for entry in entries}

    def _take_in(self, entries: Sequence[TreeEntry], contents: Iterable[bytes]) -> None:
        for entry, content in zip(entries, contents, strict=True):
            text = text_of(content)
            self._files[_identity(entry)] = None if text is None else self._indexed(entry.path, text)

    def _indexed(self, path: str, text: str) -> IndexedFile:
        chunks = chunks_of(path, text)
        lines = lines_of(text)
        bodies = ("\n".join(lines[chunk.start_line - 1 : chunk.end_line]) for chunk in chunks)
        return IndexedFile(
            text=text,
            chunks=chunks,
            names=tuple(self._vocabulary.bag(terms(" ".join(chunk.names))) for chunk in chunks),
            bodies=tuple(self._vocabulary.bag(terms(body)) for body in bodies),
        )

    @staticmethod
    def _snippet(tree: RankedTree, entries: dict[str, TreeEntry], number: int, score: float) -> Snippet:
        file, chunk = tree.places[number]
        entry = entries[tree.paths[file]]
        return Snippet(
            path=entry.path,
            start_line=chunk.start_line,
            end_line=chunk.end_line,
            text=text_of_lines(tree.texts[file], chunk.start_line, chunk.end_line),
            blob=entry.blob,
            score=score,
            retriever=RETRIEVER,
            symbol=chunk.symbol,
        )


def _identity(entry: TreeEntry) -> tuple[str, str]:
    """Return what the cut of a file depends on: its bytes, and the suffix that names its language."""
    return entry.blob, entry.path.rpartition(".")[2].lower()
