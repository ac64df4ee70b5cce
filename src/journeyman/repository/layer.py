"""Reads a workspace that was laid over a base: only what changed is there, so only that is looked at.

The upper directory of overlayfs says what is gone by what nothing inside can make: a character device 0:0 in
the place of what was removed, and an attribute of a directory that hides all of the base's below it.
"""

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from journeyman.domain.candidate import FileChange
from journeyman.domain.errors import UnsafeTreeError, UserError
from journeyman.domain.snapshot import EntryKind, TreeEntry
from journeyman.repository.checkout import kept_symlinks
from journeyman.repository.content import Reader
from journeyman.repository.export import confusable
from journeyman.repository.git import Git
from journeyman.repository.ignored import ignore_rules
from journeyman.repository.names import parents_of, special_name
from journeyman.repository.walk import DIRECTORY, Found, Limits, Walk, opened

_OPAQUE = ("trusted.overlay.opaque", "user.overlay.opaque")


def collect_layer(git: Git, entries: Sequence[TreeEntry], layer: Path, *, limits: Limits) -> tuple[FileChange, ...]:
    """Return how a layer over the base of these entries differs from it, sorted by path.

    Raises:
        UnsafeTreeError: it holds something that must not be read.
        UserError: it is not a layer.
    """
    tree = {entry.path: entry for entry in entries}
    try:
        root = os.open(layer / "upper", DIRECTORY)
    except OSError as error:
        raise UserError(f"{layer} is no layer: {error.strerror}", remedy="Give what was a workspace.") from error
    try:
        with ignore_rules(git, entries) as rules:
            reader = Reader(root=root, tree=tree, links=kept_symlinks(git, entries), limits=limits, reasons=set())
            walk = Walk(root=root, tree=tree, rules=rules, limits=limits, reasons=reader.reasons, beside=_names(tree))
            gone = _Gone(root=root, tree=tree)
            for found in walk.levels():
                reader.read(entry for entry in found if not gone.notes(entry))
            removed = gone.paths(files=reader.present, directories=walk.entered.intersection(tree))
    finally:
        os.close(root)
    reasons = reader.reasons
    reasons |= {f"git-meta:{path}" for path in removed if special_name(path.rpartition("/")[2])}
    reasons |= {f"case:{path}" for path in confusable(tree, removed=removed, written=[c.path for c in reader.changes])}
    if reasons:
        raise UnsafeTreeError(tuple(sorted(reasons)))
    removals = [FileChange(path=path, content=None) for path in removed]
    return tuple(sorted([*reader.changes, *removals], key=lambda change: change.path))


def _names(tree: Iterable[str]) -> dict[str, set[str]]:
    """Return the names in each directory of a tree."""
    names: dict[str, set[str]] = {}
    for path in tree:
        for part in (path, *parents_of(path)):
            directory, _, name = part.rpartition("/")
            names.setdefault(directory, set()).add(name)
    return names


@dataclass(slots=True, kw_only=True)
class _Gone:
    """What of the base no longer shows."""

    root: int
    tree: Mapping[str, TreeEntry]
    _whiteouts: set[str] = field(default_factory=set, init=False)

    def notes(self, entry: Found) -> bool:
        """Take note of an entry that says that something is gone."""
        is_whiteout = stat.S_ISCHR(entry.status.st_mode) and entry.status.st_rdev == 0
        if is_whiteout:
            self._whiteouts.add(entry.path)
        return is_whiteout

    def paths(self, *, files: set[str], directories: set[str]) -> set[str]:
        """Return the files of the tree that are gone, given what stands at their paths in the layer."""
        hidden = self._whiteouts | self._opaque({up for path in self.tree for up in parents_of(path)})
        there = hidden | files | directories
        return {
            path
            for path, entry in self.tree.items()
            if path not in files
            and entry.kind is not EntryKind.SUBMODULE
            and not there.isdisjoint([path, *parents_of(path)])
        }

    def _opaque(self, directories: Iterable[str]) -> set[str]:
        return {path for path in directories if self._is_opaque(path)}

    def _is_opaque(self, path: str) -> bool:
        try:
            with opened(self.root, path) as handle:
                names = os.listxattr(handle)
                return any(os.getxattr(handle, name) == b"y" for name in _OPAQUE if name in names)
        except OSError:  # not in the layer, or no directory
            return False
