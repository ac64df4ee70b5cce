"""Clean checkouts that are made once per tree and lent to many: what workspaces are laid over.

    stores/<digest>.git/bases/
        <tree>/           the checkout; renamed into place when it is whole, and never written again
        <tree>.lock       shared while it is lent, exclusive while it is made or removed; its time is the last use

A lent base cannot go away: removing one needs its lock for itself. Every process of every run may use them.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from journeyman.domain.snapshot import TreeEntry
from journeyman.repository.checkout import checkout
from journeyman.repository.git import Git

KEPT = 12
"""Bases that stay for later, of those that nobody uses."""


@contextmanager
def lent_base(git: Git, tree: str, entries: Sequence[TreeEntry]) -> Iterator[Path]:
    """Lend the clean checkout of a tree; nobody may write to it.

    Raises:
        UnsafeTreeError: the tree itself holds names that no honest git would have stored.
    """
    shelf = git.directory / "bases"
    shelf.mkdir(mode=0o700, exist_ok=True)
    place = shelf / tree
    with _locked(shelf / f"{tree}.lock") as lock:
        os.utime(lock)
        while not place.is_dir():  # whoever had the lock in between may have made it, or removed it
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not place.is_dir():
                _make(git, entries, place)
                _make_room(shelf, sparing=tree)
            fcntl.flock(lock, fcntl.LOCK_SH)
        yield place


def _make(git: Git, entries: Sequence[TreeEntry], place: Path) -> None:
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=place.parent))
    try:
        new.chmod(0o755)
        checkout(git, entries, new)
        new.rename(place)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise


def _make_room(shelf: Path, *, sparing: str) -> None:
    """Remove the bases that were not used for the longest time, but for those in use, and what a crash left."""
    locks = sorted(shelf.glob("*.lock"), key=_last_use, reverse=True)
    for lock in locks[KEPT:]:
        if lock.stem == sparing:
            continue
        try:
            handle = os.open(lock, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:  # another process makes room as well
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _remove(shelf / lock.stem)
            lock.unlink()
        except OSError:  # in use
            continue
        finally:
            os.close(handle)


def _last_use(lock: Path) -> float:
    try:
        return lock.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _remove(place: Path) -> None:
    if place.is_dir():
        doomed = Path(tempfile.mkdtemp(prefix=".old-", dir=place.parent))
        place.rename(doomed / "base")
        shutil.rmtree(doomed, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Hold a file's lock together with others; the file is there while it is held."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_SH)
            if os.fstat(handle).st_nlink:  # else it was removed while we waited
                yield handle
                return
        finally:
            os.close(handle)
