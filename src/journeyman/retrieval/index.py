"""The index of a codebase: any tree is searchable, and only what was never seen is read, cut and embedded."""

import asyncio
import platform
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from itertools import islice
from pathlib import Path

import numpy as np

from journeyman.domain.context import Query, Share, Snippet
from journeyman.domain.snapshot import EntryKind, Snapshot, TreeEntry
from journeyman.ports.repository import Repository
from journeyman.ports.vectors import Nearest, Scope
from journeyman.retrieval.cut_file import Cut, CutFile, cut
from journeyman.retrieval.fuse import Fused, fuse, grouped
from journeyman.retrieval.layout import MANIFEST, Layout, lay_out
from journeyman.retrieval.meaning import Files, Meaning
from journeyman.retrieval.past import Past
from journeyman.retrieval.question import Question, read
from journeyman.retrieval.relay import lay_out_after, shared_files
from journeyman.retrieval.results import Built, Hit, Status
from journeyman.retrieval.shelf import Shelf, key_of
from journeyman.retrieval.signals import Searchable
from journeyman.retrieval.snippets import file_of, snippet_of, uses_of
from journeyman.retrieval.trees import Trees
from journeyman.retrieval.walk import attribute_files, text_of, worth_reading

RETRIEVER = "fused"
RECIPE = "3"
"""Changes whenever files are cut or counted in another way: what was kept before is then cut again."""
_TREES_OPEN = 2
_READ_AT_ONCE = 200
_TEXTS_REMEMBERED = 1000
_HISTORY = 4000


class CodebaseIndex:
    """Fills `ports.index.CodeIndex`; what it learns is kept in `folder`, which many processes may share."""

    def __init__(self, repository: Repository, *, folder: Path, meaning: Meaning | None) -> None:
        self._repository = repository
        self._folder = folder
        self._meaning = meaning
        self._recipe = f"{RECIPE}:{meaning.embedder.name if meaning else ''}"
        # Two machines may share a store; neither deletes what the other keeps.
        whose = blake2b(f"{self._recipe}\0{platform.node()}\0{folder}".encode(), digest_size=8).hexdigest()
        self._name_in_store = f"journeyman-{whose}"
        self._trees = Trees(folder / "trees", recipe=self._recipe)
        self._shelf: Shelf | None = None
        self._texts: dict[bytes, str] = {}
        self._open: OrderedDict[str, Searchable] = OrderedDict()
        # Two searches of a new tree build it once.
        self._building = asyncio.Lock()

    @property
    def meaning(self) -> Meaning | None:
        """What turns code into vectors here and keeps them, if anything does."""
        return self._meaning

    async def search(self, snapshot: Snapshot, query: Query) -> tuple[Snippet, ...]:
        """Return at most `query.limit` snippets, best first; chunks never overlap."""
        return tuple(hit.snippet for hit in await self.explain(snapshot, query))

    async def explain(self, snapshot: Snapshot, query: Query) -> tuple[Hit, ...]:
        """Search, and say what each signal gave to each score."""
        searchable = await self.searchable(snapshot)
        question = read(query)
        near = await self.near(question, searchable)
        found, order = await asyncio.to_thread(_rank, searchable, question, near, query.limit)
        texts = await self.texts(searchable.layout, order)
        return tuple(_hit(searchable.layout, chunk, texts, found) for chunk in order)

    async def symbols(self, snapshot: Snapshot, name: str, *, limit: int = 40) -> tuple[Snippet, ...]:
        """Return the definitions whose name is `name` or, qualified, ends in it; product code before tests."""
        searchable = await self.searchable(snapshot)
        chunks = searchable.defining(name)[:limit]
        texts = await self.texts(searchable.layout, chunks)
        return tuple(snippet_of(searchable.layout, chunk, texts, retriever="symbol") for chunk in chunks)

    async def references(self, snapshot: Snapshot, name: str, *, limit: int = 200) -> tuple[Snippet, ...]:
        """Return the lines that use a name as a whole word, one snippet each, in order of path and line."""
        searchable = await self.searchable(snapshot)
        texts = await self._texts_of_files(searchable.layout, searchable.using(name))
        return tuple(islice(uses_of(searchable.layout, texts, name), limit))

    async def build(
        self, snapshot: Snapshot, *, progress: Callable[[int, int], None] = lambda _done, _all: None
    ) -> Built:
        """Make a tree searchable; `progress` hears how many of all unknown files are done."""
        began = time.monotonic()
        cut_files = 0

        def count(done: int, total: int) -> None:
            nonlocal cut_files
            cut_files = total
            progress(done, total)

        async with self._building:
            layout, _ = await self._laid_out(self._trees.name_of(snapshot), snapshot, count)
        elapsed_s = time.monotonic() - began
        return Built(files=len(layout.paths), chunks=len(layout.symbols), cut=cut_files, elapsed_s=elapsed_s)

    async def searchable(self, snapshot: Snapshot) -> Searchable:
        """Return the searchable form of a tree, made now if it is new."""
        async with self._building:
            name = self._trees.name_of(snapshot)
            if name not in self._open:
                self._open[name] = await self._opened(name, snapshot)
            self._open.move_to_end(name)
            while len(self._open) > _TREES_OPEN:
                self._open.popitem(last=False)
            return self._open[name]

    async def _opened(self, name: str, snapshot: Snapshot) -> Searchable:
        layout, scope = await self._laid_out(name, snapshot, lambda _done, _all: None)
        changes = await self._repository.history(snapshot.commit, limit=_HISTORY)
        return await asyncio.to_thread(lambda: Searchable(layout, Past(changes, layout.paths), scope))

    async def _laid_out(
        self, name: str, snapshot: Snapshot, progress: Callable[[int, int], None]
    ) -> tuple[Layout, Scope]:
        """Return a tree that is on disk and in the store, as it is from then on."""
        layout = await asyncio.to_thread(self._trees.load, name)
        known = layout is not None
        if layout is None:
            layout = await self._lay_out(snapshot, progress)
            forgotten = await asyncio.to_thread(self._trees.keep, name, layout)
            if forgotten and self._meaning is not None:
                await self._meaning.store.delete(self._name_in_store, sorted(forgotten))
        scope = self._scope_of(layout)
        if self._meaning is not None:
            await self._meaning.hold(scope, self._files_in(layout), trusted=known)
        return layout, scope

    async def is_built(self, snapshot: Snapshot) -> bool:
        """Return whether a tree is on disk, whole."""
        return (await self.status(snapshot)).built

    async def status(self, snapshot: Snapshot) -> Status:
        """Say what is on disk, and whether it holds this tree."""

        def look() -> Status:
            layout = self._trees.load(self._trees.name_of(snapshot))
            kept = [path for path in self._folder.rglob("*") if path.is_file()]
            return Status(
                built=layout is not None,
                files=len(layout.paths) if layout else 0,
                chunks=len(layout.symbols) if layout else 0,
                known_files=self._opened_shelf().count(),
                trees=sum(path.name == MANIFEST for path in kept),
                size_bytes=sum(path.stat().st_size for path in kept),
                embedder=self._meaning.embedder.name if self._meaning else "",
                vectors=self._meaning.store.name if self._meaning else "",
                folder=str(self._folder),
            )

        return await asyncio.to_thread(look)

    async def _lay_out(self, snapshot: Snapshot, progress: Callable[[int, int], None]) -> Layout:
        shelf = await asyncio.to_thread(self._opened_shelf)
        attributes = attribute_files(snapshot)
        contents = await self._repository.read_many(tuple(entry.blob for entry in attributes))
        said = {entry.path: content for entry, content in zip(attributes, contents, strict=True)}
        wanted = worth_reading(snapshot, said)
        before = await asyncio.to_thread(self._trees.newest)
        shared = shared_files(before, wanted) if before else {}
        places = {
            key_of(entry.blob, entry.path, recipe=self._recipe): place
            for place, entry in enumerate(wanted)
            if place not in shared
        }
        kept = await asyncio.to_thread(shelf.read, places)
        unseen = [key for key in places if key not in kept]
        for start in range(0, len(unseen), _READ_AT_ONCE):
            progress(start, len(unseen))
            some = unseen[start : start + _READ_AT_ONCE]
            kept |= await self._take_in({key: wanted[places[key]] for key in some}, shelf)
        progress(len(unseen), len(unseen))

        def work() -> Layout:
            files = {places[key]: CutFile.unpacked(data) for key in places if (data := kept[key]) is not None}
            if before and shared:
                return lay_out_after(before, wanted, shared, files)
            return lay_out([wanted[place] for place in files], list(files.values()))

        return await asyncio.to_thread(work)

    async def _take_in(self, entries: dict[bytes, TreeEntry], shelf: Shelf) -> dict[bytes, bytes | None]:
        blobs = await self._repository.read_many(tuple(entry.blob for entry in entries.values()))
        texts = {key: text_of(blob) for key, blob in zip(entries, blobs, strict=True)}

        def work() -> dict[bytes, Cut]:
            return {key: cut(entries[key].path, text) for key, text in texts.items() if text is not None}

        cuts = await asyncio.to_thread(work)
        packed = await self._packed(cuts)
        rows = {key: (packed[key], text) if text is not None else None for key, text in texts.items()}
        await asyncio.to_thread(shelf.keep, rows)
        return {key: packed.get(key) for key in entries}

    async def _packed(self, cuts: dict[bytes, Cut]) -> dict[bytes, bytes]:
        if self._meaning is not None:
            return await self._meaning.packed(cuts)
        return {key: each.file.packed() for key, each in cuts.items()}

    async def near(self, question: Question, searchable: Searchable) -> Nearest | None:
        """Return the chunks that are nearest to a question in meaning, or None without an embedder."""
        if self._meaning is None:
            return None
        return await self._meaning.nearest(searchable.scope, question.text, self._files_in(searchable.layout))

    def _scope_of(self, layout: Layout) -> Scope:
        firsts = dict(zip(self._trees.keys_of(layout), layout.firsts.tolist(), strict=False))
        return Scope(repository=self._name_in_store, firsts=firsts, chunks=len(layout.symbols))

    def _files_in(self, layout: Layout) -> Files:
        """Return what gives the cut files of a tree by key; what the shelf has lost is cut again."""

        async def files(keys: Sequence[str]) -> dict[str, CutFile]:
            shelf = await asyncio.to_thread(self._opened_shelf)
            kept = await asyncio.to_thread(shelf.read, [bytes.fromhex(key) for key in keys])
            places = {key: place for place, key in enumerate(self._trees.keys_of(layout))}
            lost = {
                bytes.fromhex(key): TreeEntry(
                    path=layout.paths[places[key]],
                    kind=EntryKind.FILE,
                    blob=layout.blobs[places[key]],
                    size_bytes=0,
                )
                for key in keys
                if bytes.fromhex(key) not in kept
            }
            if lost:
                kept |= await self._take_in(lost, shelf)
            return {key.hex(): CutFile.unpacked(data) for key, data in kept.items() if data is not None}

        return files

    async def texts(self, layout: Layout, chunks: Sequence[int]) -> dict[int, str]:
        """Return the texts of the files that the chunks are in; what is damaged on disk comes from the repository."""
        return await self._texts_of_files(layout, sorted({file_of(layout, chunk) for chunk in chunks}))

    async def _texts_of_files(self, layout: Layout, files: Sequence[int]) -> dict[int, str]:
        keys = {file: key_of(layout.blobs[file], layout.paths[file], recipe=self._recipe) for file in files}
        known = self._texts
        if len(known) > _TEXTS_REMEMBERED:
            known.clear()
        if unread := [key for key in keys.values() if key not in known]:
            known |= (await asyncio.to_thread(self._opened_shelf)).texts(unread)
        if lost := [file for file in files if keys[file] not in known]:
            blobs = await self._repository.read_many(tuple(layout.blobs[file] for file in lost))
            known |= {keys[file]: blob.decode("utf-8", "replace") for file, blob in zip(lost, blobs, strict=True)}
        return {file: known[key] for file, key in keys.items()}

    def _opened_shelf(self) -> Shelf:
        if self._shelf is None:
            self._shelf = Shelf(self._folder / "files.db")
        return self._shelf


def _hit(layout: Layout, chunk: int, texts: Mapping[int, str], found: Fused) -> Hit:
    why = found.why(chunk)
    shares = tuple(Share(retriever=name, score=share) for name, share in grouped(why).items() if share)
    snippet = snippet_of(layout, chunk, texts, retriever=RETRIEVER, score=float(found.scores[chunk]))
    return Hit(snippet=replace(snippet, shares=shares), why=why)


def _rank(searchable: Searchable, question: Question, near: Nearest | None, limit: int) -> tuple[Fused, list[int]]:
    layout = searchable.layout
    found = fuse(searchable.signals(question, near), searchable.owners)
    given = np.array([path in question.given for path in layout.paths], bool)[searchable.owners]
    wanted = np.flatnonzero(found.matched | given)
    order = wanted[np.lexsort((wanted, -found.scores[wanted], ~given[wanted]))]
    ours, others = order[given[order]].tolist(), order[~given[order]].tolist()
    # Half of the room is kept for files that nobody gave, however long the given ones are.
    room = max(limit - len(others), limit - limit // 2) if others else limit
    return found, (ours[:room] + others)[:limit]
