"""Who may read and write a workspace: granted before a command, restored after it, no link followed."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from journeyman.adapters.sandboxes.treewalk import Visited, visit_tree

Owners = dict[tuple[int, int], tuple[int, int]]
"""(device, inode) -> (uid, gid)."""


def give_tree(root: Path, *, uid: int, only_unreadable: bool) -> Owners:
    """Make uid (and the gid of the same number) the owner of a tree's entries, for a caller who is root.

    With `only_unreadable`, of those alone that not everyone may read. A file with a second name is left
    alone: the other name may lie outside the tree. Returns whose the entries were.
    """
    before: Owners = {}

    def visit(entry: Visited) -> None:
        found = entry.status
        shared = found.st_nlink > 1 and not stat.S_ISDIR(found.st_mode)
        if found.st_uid != uid and not shared and not (only_unreadable and _readable_by_all(found.st_mode)):
            before[found.st_dev, found.st_ino] = (found.st_uid, found.st_gid)
            os.chown(entry.name, uid, uid, dir_fd=entry.directory, follow_symlinks=False)

    visit_tree(root, visit)
    return before


def take_tree_back(root: int, *, uid: int, before: Owners) -> None:
    """Undo `give_tree`: entries go to whom they belonged, what uid made goes to the owner of the root.

    The root is a handle on the directory.
    """
    top = os.fstat(root)
    heir = before.get((top.st_dev, top.st_ino), (top.st_uid, top.st_gid))

    def visit(entry: Visited) -> None:
        found = entry.status
        if found.st_uid == uid:
            owner, group = before.get((found.st_dev, found.st_ino), heir)
            os.chown(entry.name, owner, group, dir_fd=entry.directory, follow_symlinks=False)

    visit_tree(root, visit)


def reopen_tree(root: Path) -> None:
    """Give whoever owns what a command left back the right to read and remove it."""

    def visit(entry: Visited) -> None:
        wanted = _wanted_mode(entry.status.st_mode)
        if wanted is not None:
            with suppress(PermissionError):  # somebody else's: the command could not change it either
                set_mode(entry.directory, entry.name, wanted)

    visit_tree(root, visit)


def set_mode(directory: int, name: str, mode: int) -> None:
    """Change the mode of an entry that is no symlink, which chmod(2) would follow."""
    entry = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory)
    try:
        if not stat.S_ISLNK(os.fstat(entry).st_mode):
            Path(f"/proc/self/fd/{entry}").chmod(mode)
    finally:
        os.close(entry)


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
    kept = stat.S_IMODE(mode) & ~(stat.S_ISUID | stat.S_ISGID if stat.S_ISREG(mode) else 0)
    return None if stat.S_IMODE(mode) == kept | least else kept | least
