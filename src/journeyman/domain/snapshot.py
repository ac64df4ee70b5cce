"""A snapshot: the files of one commit, by content, without a working directory."""

from dataclasses import dataclass
from enum import StrEnum


class EntryKind(StrEnum):
    """What git stores at a path."""

    FILE = "file"
    EXECUTABLE = "executable"
    SYMLINK = "symlink"
    SUBMODULE = "submodule"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeEntry:
    """One path of a tree."""

    path: str
    """Relative, POSIX separators; bytes that are not UTF-8 are surrogate-escaped."""
    kind: EntryKind
    blob: str
    """Git object id."""
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One commit: its id, its tree and every entry, sorted by path."""

    commit: str
    tree: str
    ref: str
    """The name it was resolved from, e.g. `main`; the commit id when there was none."""
    entries: tuple[TreeEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """What lies between two commits."""

    merge_base: str
    """The newest commit that both rest on; empty when there is none, or none that is here."""
    complete: bool
    """False in a shallow clone: the history is cut, so nothing follows from what is not found."""
    messages: tuple[tuple[str, str], ...] = ()
    """(commit, message) of what the newer has and the older has not, newest first."""
