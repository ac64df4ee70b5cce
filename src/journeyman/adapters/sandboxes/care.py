"""A person's own directory as a workspace: what is done before a command runs there, and after.

A throw-away workspace needs none of it. Here the person stays with what was left, and reads it with tools
that never expected harm: so nothing may lie there that hangs, raises rights or writes elsewhere.
"""

import os
import stat
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from journeyman.adapters.sandboxes.disk import CLOCK_GRAIN_NS
from journeyman.adapters.sandboxes.left_links import LeftLinks
from journeyman.adapters.sandboxes.left_names import Oddities
from journeyman.adapters.sandboxes.left_repositories import LeftRepositories
from journeyman.adapters.sandboxes.ownership import set_mode
from journeyman.adapters.sandboxes.repository_guard import RepositoryGuard
from journeyman.adapters.sandboxes.treewalk import Visit, Visited, visit_tree
from journeyman.domain.command import Mount
from journeyman.domain.errors import UserError

_SYSTEM = "bin boot dev etc home lib lib64 mnt opt proc root run sbin srv sys tmp usr var var/tmp"
_NEVER = frozenset(["/", *(f"/{name}" for name in _SYSTEM.split())])
_CHUNK_BYTES = 2**20
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mended:
    """One thing that was put right, or noticed."""

    path: str
    """Relative to the workspace; odd bytes are surrogate-escaped."""
    what: str


def check_workspace(workspace: Path, *, home: Path) -> Path:
    """Return the directory a command may have, links resolved.

    Raises:
        UserError: it is no directory, or one that untrusted code must not be let loose on.
    """
    try:
        resolved = workspace.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise UserError(f"the workspace {workspace} cannot be used: {error}", remedy="Name a directory.") from error
    if not resolved.is_dir():
        raise UserError(f"the workspace {workspace} is not a directory", remedy="Name a directory.")
    if str(resolved) in _NEVER or home.resolve().is_relative_to(resolved):
        raise UserError(
            f"{resolved} is not given to untrusted code: too much depends on it",
            remedy="Name a project's directory, or a new one: --workspace DIR.",
        )
    return resolved


@dataclass(slots=True)
class Care:
    """What was done about a directory; complete when it is no longer lent."""

    mended: list[Mended] = field(default_factory=list)
    """What was put right."""
    noticed: list[Mended] = field(default_factory=list)
    """What was left in place and is better known of, the first thousand of it."""


@contextmanager
def cared_for(workspace: Path, *, shown: tuple[Mount, ...] = ()) -> Iterator[Care]:
    """Lend a person's directory to untrusted commands that see what is `shown` beside it.

    Raises:
        UserError: a file has a second name outside and cannot be separated from it.
    """
    guard = RepositoryGuard(workspace)
    links, repositories = LeftLinks(workspace, shown), LeftRepositories(workspace)
    seen = _look(workspace, (links.note, repositories.note))
    care = Care(mended=_separate(workspace, seen))
    oddities = Oddities(time.time_ns() - CLOCK_GRAIN_NS)
    try:
        yield care
    finally:
        with suppress(FileNotFoundError):  # it was removed meanwhile
            care.mended += _make_harmless(workspace, seen.odd, (links.look, repositories.look, oddities.look))
            # The guard first: what it puts back is what the others find unchanged.
            for settled in (guard.restore(), links.settle(), repositories.disarm()):
                care.mended += [Mended(path=path, what=what) for path, what in settled]
            care.noticed += [Mended(path=path, what=what) for path, what in oddities.found]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    second_names: dict[tuple[int, int], list[str]]
    """(device, inode) -> paths, of files with more names than these."""
    odd: dict[tuple[int, int], int]
    """(device, inode) -> mode, of what would be mended had a command made it."""


def _look(workspace: Path, noting: Sequence[Visit]) -> _Seen:
    names: dict[tuple[int, int], list[str]] = {}
    counts: dict[tuple[int, int], int] = {}
    odd: dict[tuple[int, int], int] = {}

    def visit(entry: Visited) -> None:
        found = entry.status
        identity = found.st_dev, found.st_ino
        if stat.S_ISREG(found.st_mode) and found.st_nlink > 1:
            names.setdefault(identity, []).append(entry.path)
            counts[identity] = found.st_nlink
        if stat.S_IFMT(found.st_mode) in _KINDS or _harmless(found.st_mode) != stat.S_IMODE(found.st_mode):
            odd[identity] = found.st_mode
        for note in noting:
            note(entry)

    visit_tree(workspace, visit)
    return _Seen(second_names={key: paths for key, paths in names.items() if len(paths) < counts[key]}, odd=odd)


def _separate(workspace: Path, seen: _Seen) -> list[Mended]:
    """Give a copy of its own to each file whose other name lies outside, as package caches make them.

    What is written to such a file would be written outside.
    """
    mended = []
    for path in sorted(path for paths in seen.second_names.values() for path in paths):
        try:
            _replace_by_copy(workspace / path)
        except OSError as error:
            problem = f"{path} is a hard link to a file outside the workspace and cannot be separated from it: {error}"
            raise UserError(problem, remedy="Make room, or copy the directory and name the copy.") from error
        mended.append(Mended(path=path, what="had a second name outside (a hard link); it is a copy now"))
    return mended


def _make_harmless(workspace: Path, odd: Mapping[tuple[int, int], int], looking: Sequence[Visit]) -> list[Mended]:
    """Remove new pipes, sockets and devices; take set-id bits away, and give the owner's rights back."""
    mended: list[Mended] = []

    def visit(entry: Visited) -> None:
        found = entry.status
        kind, mode = stat.S_IFMT(found.st_mode), stat.S_IMODE(found.st_mode)
        as_before = odd.get((found.st_dev, found.st_ino)) == found.st_mode
        if kind in _KINDS and not as_before:
            os.unlink(entry.name, dir_fd=entry.directory)
            mended.append(Mended(path=entry.path, what=f"{_KINDS[kind]}: removed"))
            return
        for look in looking:
            look(entry)
        if _harmless(found.st_mode) != mode and not as_before:
            with suppress(PermissionError):  # somebody else's: the command could not change it either
                set_mode(entry.directory, entry.name, _harmless(found.st_mode))
                mended.append(Mended(path=entry.path, what=f"mode {mode:o}: {_harmless(found.st_mode):o} now"))

    visit_tree(workspace, visit)
    return mended


def _harmless(mode: int) -> int:
    """Return the permission bits that an entry may keep."""
    if stat.S_ISDIR(mode):
        return stat.S_IMODE(mode) & ~stat.S_ISUID | stat.S_IRWXU
    if stat.S_ISREG(mode):
        return stat.S_IMODE(mode) & ~(stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX) | stat.S_IRUSR
    return stat.S_IMODE(mode)


def _replace_by_copy(path: Path) -> None:
    """Replace a file by a copy with the same mode, owner and times."""
    source = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    beside = path.with_name(f".journeyman-{os.getpid()}-{path.stat().st_ino}")
    try:
        found = os.fstat(source)
        target = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with open(source, "rb", closefd=False) as reader, os.fdopen(target, "wb") as writer:
            while chunk := reader.read(_CHUNK_BYTES):
                writer.write(chunk)
            writer.flush()
            if os.geteuid() == 0:
                os.fchown(target, found.st_uid, found.st_gid)
            os.fchmod(target, stat.S_IMODE(found.st_mode))
            os.utime(target, ns=(found.st_atime_ns, found.st_mtime_ns))
        beside.rename(path)
    finally:
        os.close(source)
        beside.unlink(missing_ok=True)
