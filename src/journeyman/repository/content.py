"""Reads single files of an untrusted directory: regular, of one name, within limits, and only what changed."""

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import FileIO
from itertools import groupby

from journeyman.domain.candidate import FileChange
from journeyman.domain.snapshot import EntryKind, TreeEntry
from journeyman.repository.names import special_name
from journeyman.repository.walk import Found, Limits, opened

_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CHUNK_BYTES = 2**20


@dataclass(slots=True, kw_only=True)
class Reader:
    """Compares what a walk finds with the tree; what must not be read goes to `reasons`."""

    root: int
    tree: Mapping[str, TreeEntry]
    links: Mapping[str, str]
    """The symlinks that the checkout made: path -> target."""
    limits: Limits
    reasons: set[str]
    present: set[str] = field(default_factory=set)
    """Paths that are there, changed or not."""
    changes: list[FileChange] = field(default_factory=list)
    _bytes: int = field(default=0, init=False)

    def read(self, found: Iterable[Found]) -> None:
        """Read entries, each directory's together; none of them is a directory."""
        for directory, entries in groupby(found, key=lambda entry: entry.directory):
            try:
                with opened(self.root, directory) as handle:
                    for entry in entries:
                        self._read_one(handle, entry)
            except OSError:
                self.reasons.add(f"unreadable:{directory or '.'}")

    def _read_one(self, handle: int, entry: Found) -> None:
        self.present.add(entry.path)
        mode = entry.status.st_mode
        if stat.S_ISLNK(mode):
            if self.links.get(entry.path) != os.readlink(entry.name, dir_fd=handle):
                self.reasons.add(f"symlink:{entry.path}")
        elif not stat.S_ISREG(mode):
            self.reasons.add(f"non-regular:{entry.path}")
        elif entry.status.st_nlink != 1:
            self.reasons.add(f"hardlink:{entry.path}")
        else:
            self._read_regular(handle, entry)

    def _read_regular(self, handle: int, entry: Found) -> None:
        try:
            file = os.open(entry.name, _FILE, dir_fd=handle)
        except OSError:
            self.reasons.add(f"unreadable:{entry.path}")
            return
        with FileIO(file) as stream:
            now = os.fstat(file)
            if not stat.S_ISREG(now.st_mode) or now.st_nlink != 1 or not os.path.samestat(now, entry.status):
                self.reasons.add(f"non-regular:{entry.path}")  # another file by now
                return
            there = self.tree.get(entry.path)
            # A large file of the tree may stay as it is; nothing larger than that is ever in memory.
            bound = max(self.limits.file_bytes, there.size_bytes if there else 0)
            content = _bounded(stream, bound)
        change = FileChange(path=entry.path, content=content, executable=bool(now.st_mode & stat.S_IXUSR))
        if content is None or (len(content) > self.limits.file_bytes and _differs(change, there)):
            self.reasons.add(f"too-large:{entry.path}")
        elif _differs(change, there):
            self._keep(change)

    def _keep(self, change: FileChange) -> None:
        self._bytes += len(change.content or b"")
        if self._bytes > self.limits.total_bytes:
            self.reasons.add("too-large:.")
        elif any(special_name(name) for name in change.path.split("/")):
            self.reasons.add(f"git-meta:{change.path}")
        else:
            self.changes.append(change)


def _differs(change: FileChange, there: TreeEntry | None) -> bool:
    if there is None or there.kind is not (EntryKind.EXECUTABLE if change.executable else EntryKind.FILE):
        return True
    content = change.content or b""
    digest = hashlib.sha1 if len(there.blob) == 40 else hashlib.sha256
    return digest(b"blob %d\0" % len(content) + content).hexdigest() != there.blob


def _bounded(stream: FileIO, size_bytes: int) -> bytes | None:
    """Return all that is left in the stream, or None when that is more than `size_bytes`."""
    content = bytearray()
    while chunk := stream.read(_CHUNK_BYTES):
        content += chunk
        if len(content) > size_bytes:
            return None
    return bytes(content)
