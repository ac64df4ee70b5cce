"""Copies what an untrusted command left in a directory, read back by the same rules as a candidate's tree.

There is no tree to compare with, so everything counts as new: no symlink, no git metadata, no file with
a second name, and no name that could be misread comes along. What stays behind is said.
"""

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from journeyman.domain.candidate import FileChange
from journeyman.domain.errors import AdapterError, UnsafeTreeError, UserError
from journeyman.repository.export import confusable, read_back
from journeyman.repository.walk import DIRECTORY, Limits, opened

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedOut:
    """What came along and what did not."""

    files: int
    size_bytes: int
    left_out: tuple[str, ...]
    """`rule:path`, sorted; see `journeyman.repository.export` for the rules."""


class _NothingExcluded:
    """Without a base tree there is nobody whose `.gitignore` could be trusted."""

    def excluded(self, paths: Iterable[tuple[str, bool]]) -> frozenset[str]:
        """Return nothing."""
        del paths
        return frozenset()


_LIMITS = Limits(problems=10_000)


def copy_out(workspace: Path, into: Path, *, strict: bool = False, limits: Limits = _LIMITS) -> CopiedOut:
    """Copy into a directory that is made, or is empty; files get mode 0644, or 0755 if their owner may run them.

    Every process that could write to the workspace must have ended. Each regular file comes byte for byte or not
    at all; empty directories do not come. `strict`: nothing is copied unless everything can be.

    Raises:
        UnsafeTreeError: `strict`, and something must be left out.
        UserError: the workspace is no directory, or `into` is not empty or lies in it.
        AdapterError: the copy cannot be written.
    """
    if into.resolve().is_relative_to(workspace.resolve()):
        raise UserError(f"{into} lies in the workspace itself", remedy="Copy to a directory outside.")
    reader = read_back(workspace, tree={}, links={}, rules=_NothingExcluded(), limits=limits)
    reasons = reader.reasons
    if os.path.lexists(workspace / ".git"):
        reasons.add("git-dir:.git")
    twins = set(confusable({}, removed=set(), written=[change.path for change in reader.changes]))
    reasons |= {f"case:{path}" for path in twins}
    if strict and reasons:
        raise UnsafeTreeError(tuple(sorted(reasons)))
    kept = [change for change in reader.changes if change.path not in twins]
    root = _empty_directory(into)
    try:
        for change in kept:
            _write(root, change)
    except OSError as error:
        raise AdapterError(f"the copy at {into} cannot be written: {error}") from error
    finally:
        os.close(root)
    size_bytes = sum(len(change.content or b"") for change in kept)
    return CopiedOut(files=len(kept), size_bytes=size_bytes, left_out=tuple(sorted(reasons)))


def _empty_directory(path: Path) -> int:
    try:
        path.mkdir(parents=True, exist_ok=True)
        root = os.open(path, DIRECTORY)
    except OSError as error:
        raise UserError(f"{path} cannot be used: {error.strerror}", remedy="Name a new directory.") from error
    with os.scandir(root) as listing:
        if next(listing, None) is not None:
            os.close(root)
            raise UserError(f"{path} is not empty", remedy="Name a new or an empty directory.")
    return root


def _write(root: int, change: FileChange) -> None:
    directory, _, name = change.path.rpartition("/")
    _make_directories(root, directory)
    with opened(root, directory) as handle:
        file = os.open(name, _NEW_FILE, 0o600, dir_fd=handle)
        with os.fdopen(file, "wb") as stream:
            stream.write(change.content or b"")
            os.fchmod(file, 0o755 if change.executable else 0o644)


def _make_directories(root: int, path: str) -> None:
    made = ""
    for name in path.split("/") if path else ():
        with opened(root, made) as handle:
            try:
                os.mkdir(name, 0o755, dir_fd=handle)
            except OSError as error:
                if error.errno != errno.EEXIST:
                    raise
        made = f"{made}/{name}" if made else name
