"""What a command left, from the tar a daemon gives into the workspace: every name, link and mode is hostile.

Only directories, plain files and links that stay inside come back, written beneath the workspace by
descriptor and never through a link. No set-uid bit, device, FIFO or second name of a file survives; the
count, depth, sizes and total are bounded. What the tar does not hold is removed.
"""

import io
import os
import stat
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from journeyman.domain.errors import AdapterError

_MAX_DEPTH = 128
_MAX_NAME_BYTES = 255
_CHUNK_BYTES = 1 << 20
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OLD_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Bounds on what may come back."""

    entries: int = 200_000
    total_bytes: int = 4 * 2**30


class _Chunks:
    """The daemon's chunks as a file that can only be read on."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._held = bytearray()

    def read(self, size: int) -> bytes:
        while len(self._held) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._held += chunk
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken


def unpack(chunks: Iterable[bytes], workspace: Path, *, caps: Caps) -> tuple[str, ...]:
    """Make the workspace what the tar holds below its one top directory; return what was left out, and why.

    Raises:
        AdapterError: not a tar, or more than the caps allow; the workspace may then hold a part of it.
    """
    unpacking = _Unpacking(workspace, caps)
    try:
        with tarfile.open(fileobj=_Chunks(chunks), mode="r|", errorlevel=2) as tar:  # type: ignore[call-overload] # it reads
            for entry in tar:
                unpacking.take(entry, tar.extractfile(entry) if entry.isreg() else None)
        unpacking.remove_the_rest()
    except (tarfile.TarError, OSError, ValueError, EOFError) as error:
        raise AdapterError(f"what the command left cannot be read back: {error}") from error
    return tuple(unpacking.left_out)


class _Unpacking:
    """One workspace on its way to becoming what a tar holds."""

    def __init__(self, workspace: Path, caps: Caps) -> None:
        self.left_out: list[str] = []
        self._workspace = workspace
        self._caps = caps
        self._kept: set[tuple[str, ...]] = set()
        self._directories: set[tuple[str, ...]] = {()}
        self._bytes = 0
        self._entries = 0

    def take(self, entry: tarfile.TarInfo, content: IO[bytes] | None) -> None:
        self._count(entry.size)
        parts = _parts(entry.name)
        if not parts:
            return
        reason = _refusal(parts, entry)
        if reason:
            self.left_out.append(f"{reason}: {'/'.join(parts)[:200]!r}")
            return
        if entry.islnk():
            self._copy(_parts(entry.linkname), parts)
            return
        with self._parent(parts[:-1]) as directory:
            if directory is None:
                self.left_out.append(f"below something left out: {'/'.join(parts)[:200]!r}")
                return
            _write(directory, parts[-1], entry, content)
        self._kept.add(parts)
        (self._directories.add if entry.isdir() else self._directories.discard)(parts)

    def _copy(self, first: tuple[str, ...], parts: tuple[str, ...]) -> None:
        """Give a second name of a file a content of its own, if the first one came back."""
        with self._parent(first[:-1]) as source, self._parent(parts[:-1]) as directory:
            if source is None or directory is None or first in self._directories or first not in self._kept:
                self.left_out.append(f"second name of something left out: {'/'.join(parts)[:200]!r}")
                return
            with os.fdopen(os.open(first[-1], _OLD_FILE, dir_fd=source), "rb") as file:
                found = os.fstat(file.fileno())
                self._count(found.st_size)
                copy = tarfile.TarInfo(parts[-1])
                copy.size, copy.mode, copy.mtime = found.st_size, found.st_mode & 0o777, int(found.st_mtime)
                _write(directory, parts[-1], copy, file)
        self._kept.add(parts)

    def _count(self, size_bytes: int) -> None:
        self._entries += 1
        self._bytes += size_bytes
        if self._entries > self._caps.entries or self._bytes > self._caps.total_bytes:
            raise ValueError(f"more than {self._caps.entries} entries or {self._caps.total_bytes} bytes")

    def remove_the_rest(self) -> None:
        with _opened(os.open(self._workspace, os.O_RDONLY | os.O_DIRECTORY)) as root:
            self._prune(root, ())

    def _prune(self, directory: int, above: tuple[str, ...]) -> None:
        for name in _names(directory):
            path = (*above, name)
            if path not in self._kept:
                remove(directory, name)
            elif stat.S_ISDIR(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode):
                with _opened(os.open(name, _DIRECTORY, dir_fd=directory)) as inner:
                    self._prune(inner, path)

    @contextmanager
    def _parent(self, parts: tuple[str, ...]) -> Iterator[int | None]:
        """Open a directory that this tar made, one component after the other."""
        if parts not in self._directories:
            yield None
            return
        directory = os.open(self._workspace, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for part in parts:
                inner = os.open(part, _DIRECTORY, dir_fd=directory)
                os.close(directory)
                directory = inner
            yield directory
        finally:
            os.close(directory)


def remove(directory: int, name: str) -> None:
    """Remove an entry and all below it, following nothing."""
    if not stat.S_ISDIR(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode):
        os.unlink(name, dir_fd=directory)
        return
    with _opened(os.open(name, _DIRECTORY, dir_fd=directory)) as inner:
        for below in _names(inner):
            remove(inner, below)
    os.rmdir(name, dir_fd=directory)


def _parts(name: str) -> tuple[str, ...]:
    """Return the components below the directory that was asked for, whose own name comes first."""
    return tuple(part for part in name.split("/") if part not in {"", "."})[1:]


def _names(directory: int) -> list[str]:
    with os.scandir(directory) as entries:
        return [entry.name for entry in entries]


def _refusal(parts: tuple[str, ...], entry: tarfile.TarInfo) -> str | None:
    if len(parts) > _MAX_DEPTH or any(len(os.fsencode(part)) > _MAX_NAME_BYTES for part in parts):
        return "name too long or too deep"
    if ".." in parts or any("\0" in part for part in parts):
        return "not a plain path"
    if entry.issym():
        return None if _stays_inside(parts, entry.linkname) else "link that leads outside"
    return None if entry.isreg() or entry.isdir() or entry.islnk() else "neither file, directory nor link"


def _stays_inside(parts: tuple[str, ...], target: str) -> bool:
    """Allow `..` only at the start: after a name, which may itself be a link, nobody knows where it leads."""
    steps = [step for step in target.split("/") if step not in {"", "."}]
    up = next((at for at, step in enumerate(steps) if step != ".."), len(steps))
    plain = bool(steps) and not target.startswith("/") and "\0" not in target
    return plain and ".." not in steps[up:] and up < len(parts)


def _write(directory: int, name: str, entry: tarfile.TarInfo, content: IO[bytes] | None) -> None:
    mode = entry.mode & 0o777 | (0o700 if entry.isdir() else 0o600)
    if entry.isdir():
        _make_directory(directory, name, mode)
    elif entry.issym():
        with suppress(FileNotFoundError):
            remove(directory, name)
        os.symlink(entry.linkname, name, dir_fd=directory)
    elif content is not None and entry.size > _CHUNK_BYTES:
        _write_file(directory, name, content, mode=mode, mtime=entry.mtime)
    elif content is not None and not _holds(directory, name, whole := content.read(), mode=mode):
        _write_file(directory, name, io.BytesIO(whole), mode=mode, mtime=entry.mtime)


def _make_directory(directory: int, name: str, mode: int) -> None:
    with suppress(FileNotFoundError):
        if not stat.S_ISDIR(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode):
            os.unlink(name, dir_fd=directory)
    with suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=directory)
    with _opened(os.open(name, _DIRECTORY, dir_fd=directory)) as made:
        os.fchmod(made, mode)


def _write_file(directory: int, name: str, content: IO[bytes], *, mode: int, mtime: float) -> None:
    """Write a file of its own: a second name that the old one had elsewhere keeps what it held."""
    with suppress(FileNotFoundError):
        remove(directory, name)
    with os.fdopen(os.open(name, _NEW_FILE, 0o600, dir_fd=directory), "wb") as file:
        while chunk := content.read(_CHUNK_BYTES):
            file.write(chunk)
        os.fchmod(file.fileno(), mode)
        os.utime(file.fileno(), (mtime, mtime))


def _holds(directory: int, name: str, wanted: bytes, *, mode: int) -> bool:
    """Say whether a file of one name has this content already; its mode is set then."""
    try:
        descriptor = os.open(name, _OLD_FILE, dir_fd=directory)
    except OSError:
        return False
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1 or found.st_size != len(wanted):
            return False
        if file.read(len(wanted) + 1) != wanted:
            return False
        if stat.S_IMODE(found.st_mode) != mode:
            os.fchmod(descriptor, mode)
        return True


@contextmanager
def _opened(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)
