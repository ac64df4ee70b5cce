"""Who may read and write a workspace: granted before a command, restored after it, no link followed."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

_MAX_DEPTH = 128
"""Of the walk. What lies deeper was made by a command itself; one descriptor is open per level."""

_Visit = Callable[[int, str, os.stat_result], None]


def give_tree(root: Path, *, uid: int, only_unreadable: bool) -> None:
    """Make uid (and the gid of the same number) the owner of a tree's entries, for a caller who is root.

    With `only_unreadable`, of those alone that not everyone may read. A file with a second name is left
    alone: the other name may lie outside the tree.
    """

    def visit(directory: int, name: str, found: os.stat_result) -> None:
        shared = found.st_nlink > 1 and not stat.S_ISDIR(found.st_mode)
        if found.st_uid != uid and not shared and not (only_unreadable and _readable_by_all(found.st_mode)):
            os.chown(name, uid, uid, dir_fd=directory, follow_symlinks=False)

    _walk(root, visit)


def reopen_tree(root: Path) -> None:
    """Give the caller, who owns what a command left, back the right to read and remove it."""

    def visit(directory: int, name: str, found: os.stat_result) -> None:
        wanted = _wanted_mode(found.st_mode)
        if wanted is not None and found.st_uid == os.geteuid():
            _set_mode(directory, name, wanted)

    _walk(root, visit)


def _readable_by_all(mode: int) -> bool:
    least = stat.S_IROTH | stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IROTH
    return mode & least == least


def _wanted_mode(mode: int) -> int | None:
    if stat.S_ISDIR(mode):
        least = stat.S_IRWXU
    elif stat.S_ISREG(mode):
        least = stat.S_IRUSR
    else:
        return None
    return None if mode & least == least else stat.S_IMODE(mode) | least


def _set_mode(directory: int, name: str, mode: int) -> None:
    # chmod follows links; a descriptor of the entry itself cannot be exchanged for one.
    entry = os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=directory)
    try:
        if not stat.S_ISLNK(os.fstat(entry).st_mode):
            Path(f"/proc/self/fd/{entry}").chmod(mode)
    finally:
        os.close(entry)


def _walk(root: Path, visit: _Visit) -> None:
    parent = os.open(root.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        visit(parent, root.name, os.stat(root.name, dir_fd=parent, follow_symlinks=False))
        top = _open_directory(parent, root.name)
    finally:
        os.close(parent)
    levels: list[tuple[int, Iterator[str]]] = []
    if top is not None:
        levels.append((top, _names(top)))
    try:
        while levels:
            _step(levels, visit)
    finally:
        for descriptor, _ in levels:
            os.close(descriptor)


def _step(levels: list[tuple[int, Iterator[str]]], visit: _Visit) -> None:
    directory, names = levels[-1]
    name = next(names, None)
    if name is None:
        os.close(directory)
        levels.pop()
        return
    try:
        found = os.stat(name, dir_fd=directory, follow_symlinks=False)
        visit(directory, name, found)
    except FileNotFoundError:  # another command in the same workspace removed it
        return
    if stat.S_ISDIR(found.st_mode) and len(levels) < _MAX_DEPTH:
        inner = _open_directory(directory, name)
        if inner is not None:
            levels.append((inner, _names(inner)))


def _names(directory: int) -> Iterator[str]:
    with os.scandir(directory) as entries:
        return iter([entry.name for entry in entries])


def _open_directory(directory: int, name: str) -> int | None:
    try:
        return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=directory)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None
