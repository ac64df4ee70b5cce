"""Goes through an untrusted directory by handles that never follow a symlink, one level at a time."""

import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from journeyman.domain.snapshot import EntryKind, TreeEntry
from journeyman.repository.names import parents_of, path_problem

DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much an untrusted command may leave behind."""

    new_entries: int = 20_000
    """Files and directories beyond those of the tree; what lies in an excluded directory is not counted."""
    depth: int = 40
    """Directories above a file."""
    file_bytes: int = 16 * 2**20
    """Of one new or changed file."""
    total_bytes: int = 64 * 2**20
    """Of all new and changed files."""
    time_s: float = 60.0
    """For all of the reading."""
    problems: int = 100
    """After so many, no more is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One directory entry as `lstat` saw it."""

    path: str
    status: os.stat_result

    @property
    def directory(self) -> str:
        """The directory it lies in; empty for the root."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    @property
    def is_directory(self) -> bool:
        """Whether it is a directory itself, not a symlink to one."""
        return stat.S_ISDIR(self.status.st_mode)


class Rules(Protocol):
    """Which new entries are not worth a look."""

    def excluded(self, paths: Iterable[tuple[str, bool]]) -> frozenset[str]:
        """Return those of the (path, is a directory) pairs that are left out; directories come before their content."""
        ...


@dataclass(slots=True, kw_only=True)
class Walk:
    """One pass over a workspace made from `tree`; what must not be read goes to `reasons`."""

    root: int
    tree: Mapping[str, TreeEntry]
    rules: Rules
    limits: Limits
    reasons: set[str]
    """`rule:path` of each entry that is passed over."""
    beside: Mapping[str, set[str]] = field(default_factory=dict)
    """Names that lie in a directory too, though they are not found there: those of what is below a layer."""
    entered: set[str] = field(default_factory=set, init=False)
    """Directories that were found and looked into."""
    _directories: set[str] = field(default_factory=set, init=False)
    _left: int = field(default=0, init=False)

    def levels(self) -> Iterator[list[Found]]:
        """Yield what is no directory, level by level; excluded directories are left out before they are counted."""
        self._directories = {parent for path in self.tree for parent in parents_of(path)}
        self._left = self.limits.new_entries + len(self.tree) + len(self._directories)
        level = [""]
        deadline = time.monotonic() + self.limits.time_s
        for _ in range(self.limits.depth + 1):
            kept = self._without_excluded([entry for path in level for entry in self._listed(path)])
            yield [entry for entry in kept if not entry.is_directory]
            level = [entry.path for entry in kept if entry.is_directory]
            self.entered.update(level)
            if self._left < 0:
                return
            if time.monotonic() > deadline:
                self.reasons.add("too-long:.")
                return
        self.reasons.update(f"too-deep:{path}" for path in level[:1])

    def _listed(self, path: str) -> list[Found]:
        found: list[Found] = []
        if self._left < 0:
            return found
        try:
            with opened(self.root, path) as handle, os.scandir(handle) as listing:
                for entry in listing:
                    self._left -= 1
                    if self._left < 0:
                        self.reasons.add(f"too-many:{path or '.'}")
                        return []
                    there = f"{path}/{entry.name}" if path else entry.name
                    found.append(Found(path=there, status=entry.stat(follow_symlinks=False)))
        except OSError:
            self.reasons.add(f"unreadable:{path or '.'}")
        if self._is_repository(path, {entry.name for entry in found} | self.beside.get(path, set())):
            self.reasons.add(f"bare-repo:{path or '.'}")
            return []
        return [entry for entry in sorted(found, key=lambda entry: entry.path) if self._may_look(entry)]

    def _is_repository(self, path: str, names: set[str]) -> bool:
        # Git run anywhere below would take such a directory for a repository and obey its configuration.
        looks_bare = "HEAD" in names and ({"objects", "refs"} <= names or "commondir" in names)
        return looks_bare and (f"{path}/HEAD" if path else "HEAD") not in self.tree

    def _may_look(self, entry: Found) -> bool:
        if entry.path == ".git" and entry.is_directory:
            return False  # the throw-away one: not read, not obeyed, not worth a word
        if entry.path == ".git":
            self.reasons.add("gitfile:.git")
            return False
        known = self._is_known(entry)
        rule = path_problem(entry.path, known={entry.path} if known else ())
        if rule == "git-meta" and known:
            rule = None  # it may stay as it is; whether it did shows when its content is read
        if rule:
            self.reasons.add(f"{rule}:{entry.path}")
        return rule is None and not self._is_submodule(entry)

    def _is_submodule(self, entry: Found) -> bool:
        there = self.tree.get(entry.path)
        if there is None or there.kind is not EntryKind.SUBMODULE:
            return False
        # A checkout leaves submodules out, so nothing may lie in the place of one.
        if not entry.is_directory or not _is_empty(self.root, entry.path):
            self.reasons.add(f"submodule:{entry.path}")
        return True

    def _without_excluded(self, found: Sequence[Found]) -> list[Found]:
        new = [entry for entry in found if not self._is_known(entry)]
        excluded = self.rules.excluded((entry.path, entry.is_directory) for entry in new)
        return [entry for entry in found if entry.path not in excluded]

    def _is_known(self, entry: Found) -> bool:
        return entry.path in self.tree or entry.path in self._directories


@contextmanager
def opened(root: int, path: str) -> Iterator[int]:
    """Lend a handle on a directory below `root`, reached without following any symlink."""
    handle = os.open(".", DIRECTORY, dir_fd=root)
    try:
        for name in path.split("/") if path else ():
            below = os.open(name, DIRECTORY, dir_fd=handle)
            os.close(handle)
            handle = below
        yield handle
    finally:
        os.close(handle)


def _is_empty(root: int, path: str) -> bool:
    try:
        with opened(root, path) as handle, os.scandir(handle) as listing:
            return next(listing, None) is None
    except OSError:
        return False
