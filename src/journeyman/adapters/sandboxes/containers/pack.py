"""A workspace as a tar for a container; the tree may have been written by untrusted code."""

import io
import os
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from journeyman.domain.errors import AdapterError

_MAX_DEPTH = 128
Stamp = tuple[int, int, int, int]
"""(mode, size, changed at in ns, inode): equal when nobody touched an entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """How much a workspace holds."""

    size_bytes: int
    entries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whom the entries belong to inside."""

    uid: int
    may_write: bool
    """When not, everything is root's, and readable by all."""

    def dress(self, entry: tarfile.TarInfo) -> tarfile.TarInfo:
        """Set owner and mode; no set-uid bit goes in."""
        entry.mode &= 0o777
        if not self.may_write:
            entry.mode = entry.mode & 0o755 | (0o555 if entry.isdir() or entry.mode & 0o100 else 0o444)
        entry.uid = entry.gid = self.uid if self.may_write else 0
        entry.uname = entry.gname = ""
        return entry


def stamps(workspace: Path) -> dict[str, Stamp]:
    """Return what every entry looks like now, by its path; no link is followed."""
    return {path: _stamp(found) for _, _, path, found in _walk(workspace)}


def pack(workspace: Path, into: IO[bytes], *, owner: Owner, only: frozenset[str] | None = None) -> Content:
    """Write directories, files and links of a workspace as a tar; return how much it is.

    Entries of any other kind are left out. `only` names the paths wanted; all when it is None.
    """
    size_bytes, entries = 0, 0
    with tarfile.open(fileobj=into, mode="w", format=tarfile.GNU_FORMAT) as tar:
        if only is None:
            root = tarfile.TarInfo(".")
            root.type, root.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(owner.dress(root))
        for directory, name, path, found in _walk(workspace):
            if only is not None and path not in only:
                continue
            entry = tarfile.TarInfo(path)
            entry.mode, entry.mtime = stat.S_IMODE(found.st_mode), int(found.st_mtime)
            entries += 1
            size_bytes += _add(tar, entry, owner, directory=directory, name=name, found=found)
    return Content(size_bytes=size_bytes, entries=entries)


def _add(
    tar: tarfile.TarFile, entry: tarfile.TarInfo, owner: Owner, *, directory: int, name: str, found: os.stat_result
) -> int:
    if stat.S_ISDIR(found.st_mode):
        entry.type = tarfile.DIRTYPE
        tar.addfile(owner.dress(entry))
    elif stat.S_ISLNK(found.st_mode):
        entry.type, entry.linkname = tarfile.SYMTYPE, os.readlink(name, dir_fd=directory)
        tar.addfile(owner.dress(entry))
    elif stat.S_ISREG(found.st_mode):
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
        with os.fdopen(descriptor, "rb") as file:
            opened = os.fstat(descriptor)
            if not stat.S_ISREG(opened.st_mode):
                return 0
            # Exactly so many bytes, whatever somebody does to the file meanwhile.
            content = file.read(opened.st_size)
        entry.size = len(content)
        tar.addfile(owner.dress(entry), io.BytesIO(content))
        return entry.size
    return 0


def _stamp(found: os.stat_result) -> Stamp:
    return (found.st_mode, found.st_size, found.st_ctime_ns, found.st_ino)


def _walk(workspace: Path) -> Iterator[tuple[int, str, str, os.stat_result]]:
    """Yield (descriptor of its directory, name, path, lstat) of every entry, parents first."""
    try:
        yield from _below(os.open(workspace, os.O_RDONLY | os.O_DIRECTORY), "", depth=0)
    except OSError as error:
        raise AdapterError(f"the workspace {workspace} cannot be read: {error}") from error


def _below(directory: int, prefix: str, *, depth: int) -> Iterator[tuple[int, str, str, os.stat_result]]:
    try:
        with os.scandir(directory) as entries:
            names = sorted(entry.name for entry in entries)
        for name in names:
            found = os.stat(name, dir_fd=directory, follow_symlinks=False)
            path = prefix + name
            yield directory, name, path, found
            if stat.S_ISDIR(found.st_mode) and depth < _MAX_DEPTH:
                inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=directory)
                yield from _below(inner, path + "/", depth=depth + 1)
    finally:
        os.close(directory)
