"""The parts of a person's `.git` that make git run programs: as they were, whatever a command did to them.

A throw-away workspace has no repository that anyone obeys. A person's directory may, and the person will run
git there next: a hook, an alias or `core.fsmonitor` that a command left would run then, as them.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from journeyman.adapters.sandboxes.treewalk import Visited, visit_tree

_FILE_BYTES_MAX = 2**20
_OBEYED = ("config", "config.worktree", "commondir", "info/attributes")
_BELOW = ("hooks", "worktrees", "modules")
"""Directories whose every small file counts."""
_SKIPPED = ("objects", "refs", "logs")


@dataclass(slots=True)
class RepositoryGuard:
    """What `.git` said before a command ran."""

    workspace: Path
    _identity: tuple[int, int] | None = field(default=None, init=False)
    """(device, inode) of `.git` when it was a directory."""
    _pointer: bytes | None = field(default=None, init=False)
    """Its content when it was a file."""
    _obeyed: dict[str, tuple[bytes, int]] = field(default_factory=dict, init=False)
    """Path in `.git` -> (content, mode); of a link (target, -1)."""

    def __post_init__(self) -> None:
        place = self.workspace / ".git"
        if place.is_symlink() or not place.exists():
            return
        if place.is_file():
            self._pointer = place.read_bytes()[:_FILE_BYTES_MAX]
            return
        found = place.stat()
        self._identity = (found.st_dev, found.st_ino)
        states = {path: _state(place, path) for path in _obeyed(place)}
        self._obeyed = {path: state for path, state in states.items() if state}

    def restore(self) -> Iterator[tuple[str, str]]:
        """Put back what was changed; yield (path, what was done)."""
        if self._pointer is not None:
            yield from self._restore_pointer()
        elif self._identity:
            yield from self._restore_directory()

    def _restore_pointer(self) -> Iterator[tuple[str, str]]:
        place = self.workspace / ".git"
        if place.is_symlink() or not place.is_file() or place.read_bytes() != self._pointer:
            _remove(place)
            place.write_bytes(self._pointer or b"")
            yield ".git", "was changed: put back"

    def _restore_directory(self) -> Iterator[tuple[str, str]]:
        place = self.workspace / ".git"
        if not self._is_own(place):
            _remove(place)
            moved = self._find()
            if moved is None:
                yield ".git", "was removed by the command"
                return
            moved.rename(place)
            yield ".git", "was moved away: put back"
        for path in sorted({*_obeyed(place), *self._obeyed}):
            before = self._obeyed.get(path)
            if before != _state(place, path):
                _write(place, path, before)
                yield f".git/{path}", "was changed: put back" if before else "git would have obeyed it: removed"

    def _is_own(self, place: Path) -> bool:
        try:
            found = place.lstat()
        except FileNotFoundError:
            return False
        return (found.st_dev, found.st_ino) == self._identity

    def _find(self) -> Path | None:
        places: list[str] = []

        def visit(entry: Visited) -> None:
            if (entry.status.st_dev, entry.status.st_ino) == self._identity:
                places.append(entry.path)

        visit_tree(self.workspace, visit)
        return self.workspace / places[0] if places else None


def _obeyed(place: Path) -> list[str]:
    """Return the paths, below a `.git`, of what git obeys; links to such things and odd things too."""
    found = [name for name in _OBEYED if os.path.lexists(place / name)]

    def visit(entry: Visited) -> None:
        if not stat.S_ISDIR(entry.status.st_mode) and not set(entry.path.split("/")) & set(_SKIPPED):
            found.append(f"{name}/{entry.path}" if entry.path != "." else name)

    for name in _BELOW:
        if os.path.lexists(place / name):
            visit_tree(place / name, visit)
    return [path for path in found if not path.endswith((".sample", "/index", "/HEAD", "/ORIG_HEAD", "/FETCH_HEAD"))]


def _state(place: Path, path: str) -> tuple[bytes, int] | None:
    """Return what is at a path that is reached through no link; None when that is neither a file nor a link."""
    *above, last = [place / prefix for prefix in _prefixes(path)]
    if any(part.is_symlink() for part in above):
        return None
    if last.is_symlink():
        return os.fsencode(last.readlink()), -1
    if not last.is_file():
        return None
    with last.open("rb") as file:
        return file.read(_FILE_BYTES_MAX), stat.S_IMODE(os.fstat(file.fileno()).st_mode)


def _prefixes(path: str) -> list[str]:
    names = path.split("/")
    return ["/".join(names[: count + 1]) for count in range(len(names))]


def _write(place: Path, path: str, before: tuple[bytes, int] | None) -> None:
    for prefix in _prefixes(path)[:-1]:
        if (place / prefix).is_symlink() or not (place / prefix).is_dir():
            _remove(place / prefix)
            (place / prefix).mkdir()
    _remove(place / path)
    if before and before[1] < 0:
        (place / path).symlink_to(os.fsdecode(before[0]))
    elif before:
        (place / path).write_bytes(before[0])
        (place / path).chmod(before[1])
    if before and os.geteuid() == 0:  # a person's files stay theirs
        owner = place.stat()
        os.chown(place / path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
