"""Searchable trees on disk: a folder each, made once, forgotten when they were not asked for in a long time."""

import shutil
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

from journeyman.domain.snapshot import Snapshot
from journeyman.retrieval.layout import MANIFEST, Layout, load, save
from journeyman.retrieval.shelf import key_of

_KEPT = 12
_AT_MOST = 24
"""Then old ones go until `_KEPT` are left."""


class Trees:
    """The trees of one repository, cut and embedded one way. Blocking calls; many processes may share the folder."""

    def __init__(self, folder: Path, *, recipe: str) -> None:
        self._folder = folder / blake2b(recipe.encode(), digest_size=6).hexdigest()
        self._recipe = recipe

    def name_of(self, snapshot: Snapshot) -> str:
        """Return the name of a tree's folder."""
        return blake2b(f"{self._recipe}\0{snapshot.tree}".encode(), digest_size=16).hexdigest()

    def load(self, name: str) -> Layout | None:
        """Return a tree that is there, whole."""
        return load(self._folder / name)

    def newest(self) -> Layout | None:
        """Return the tree that was made last, to make the next one from."""
        if not self._folder.is_dir():
            return None
        kept = sorted((path.stat().st_mtime, path) for path in self._folder.iterdir() if (path / MANIFEST).is_file())
        return load(kept[-1][1]) if kept else None

    def keep(self, name: str, layout: Layout) -> frozenset[str]:
        """Write a tree; return the keys of file versions that are in no tree any more."""
        shutil.rmtree(self._folder / name, ignore_errors=True)
        save(layout, self._folder / name)
        kept = sorted((path for path in self._folder.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
        if len(kept) <= _AT_MOST:
            return frozenset()
        old, young = kept[:-_KEPT], kept[-_KEPT:]
        forgotten = self._keys_in(old) - self._keys_in(young)
        for each in old:
            shutil.rmtree(each, ignore_errors=True)
        return forgotten

    def keys_of(self, layout: Layout) -> list[str]:
        """Return the key of each file's version, in order."""
        pairs = zip(layout.blobs, layout.paths, strict=True)
        return [key_of(blob, path, recipe=self._recipe).hex() for blob, path in pairs]

    def _keys_in(self, folders: Sequence[Path]) -> frozenset[str]:
        return frozenset(key for folder in folders if (layout := load(folder)) for key in self.keys_of(layout))
