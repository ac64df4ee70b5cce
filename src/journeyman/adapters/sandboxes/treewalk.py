"""Goes through a tree that an untrusted command wrote: no link is followed, and no depth is too deep."""

import itertools
import os
import stat
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

DIRECTORY_HANDLE = os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC
_HANDLES_MAX = 64
"""Directories open at a time; those further up are found again by `..`."""
_PATH_MAX = 4096
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(slots=True)
class _Level:
    name: str
    handle: int | None
    identity: tuple[int, int]
    names: Iterator[str]


@dataclass(frozen=True, slots=True)
class Visited:
    """One entry, while it is being visited."""

    directory: int
    """A handle on the directory it lies in."""
    name: str
    status: os.stat_result
    """Of itself, not of what it may link to."""
    levels: Sequence[_Level]

    @property
    def path(self) -> str:
        """Relative to the root, which is `.`; cut at the front when it is longer than any path may be."""
        if not self.levels:
            return "."
        names = [*(level.name for level in itertools.islice(self.levels, 1, None)), self.name]
        return "/".join(names[-_PATH_MAX:])[-_PATH_MAX:]


Visit = Callable[[Visited], None]
"""Called for a directory before what lies in it."""


def visit_tree(root: Path | int, visit: Visit) -> None:
    """Visit the root and all below it. What vanishes meanwhile, or may not be read, is passed over.

    The root is a path, or a handle on it, for a thread whose view of paths has changed.

    Raises:
        OSError: the root itself cannot be opened.
    """
    name = "." if isinstance(root, int) else root.name
    parent = os.dup(root) if isinstance(root, int) else os.open(root.parent, DIRECTORY_HANDLE)
    try:
        visit(Visited(parent, name, os.stat(name, dir_fd=parent, follow_symlinks=False), ()))
        top = _opened(parent, name)
    finally:
        os.close(parent)
    levels: deque[_Level] = deque([top] if top else [])
    try:
        while levels:
            _step(levels, visit)
    finally:
        for level in levels:
            _close(level)


def _step(levels: deque[_Level], visit: Visit) -> None:
    level = levels[-1]
    name = next(level.names, None)
    if name is None or level.handle is None:
        levels.pop()
        if levels:
            _find_again(levels[-1], level.handle)
        _close(level)
        return
    try:
        found = os.stat(name, dir_fd=level.handle, follow_symlinks=False)
        visit(Visited(level.handle, name, found, levels))
    except FileNotFoundError:  # another command in the same workspace removed it
        return
    inner = _opened(level.handle, name) if stat.S_ISDIR(found.st_mode) else None
    if inner:
        levels.append(inner)
        if len(levels) > _HANDLES_MAX:
            _close(levels[-1 - _HANDLES_MAX])


def _opened(directory: int, name: str) -> _Level | None:
    try:
        handle = os.open(name, _DIRECTORY, dir_fd=directory)
    except OSError:  # gone, no directory any more, or closed to us
        return None
    found = os.fstat(handle)
    with os.scandir(handle) as entries:
        return _Level(name, handle, (found.st_dev, found.st_ino), iter([entry.name for entry in entries]))


def _find_again(level: _Level, below: int | None) -> None:
    """Open a directory whose handle was closed; a tree that was moved meanwhile is left, not guessed at."""
    if level.handle is not None or below is None:
        return
    handle = os.open("..", _DIRECTORY, dir_fd=below)
    found = os.fstat(handle)
    if (found.st_dev, found.st_ino) == level.identity:
        level.handle = handle
    else:
        os.close(handle)


def _close(level: _Level) -> None:
    if level.handle is not None:
        os.close(level.handle)
        level.handle = None
