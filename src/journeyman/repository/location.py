"""Finds a person's repository by reading files: git is not started where configuration of theirs would apply."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from journeyman.domain.errors import UserError
from journeyman.repository.git import Git

_OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_FORMATS = {"sha1", "sha256"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where the parts of one repository lie; all paths are absolute and real."""

    root: Path | None
    """Of the working tree; None for a bare repository."""
    git_dir: Path
    """Of this checkout: HEAD and the index."""
    common_dir: Path
    """Of all checkouts: objects and refs."""
    object_format: str
    """`sha1` or `sha256`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is checked out: a branch (born or not), else a commit."""

    branch: str | None
    """Full name, `refs/heads/…`; None when HEAD is detached."""
    commit: str | None
    """Only when HEAD is detached."""


def locate(path: Path) -> Location:
    """Return where the repository that holds `path` lies.

    Raises:
        UserError: there is none, or it is stored in a way that cannot be read.
    """
    if not path.is_dir():
        what = "is not a directory" if path.exists() else "does not exist"
        raise UserError(f"{path} {what}", remedy="Give the directory of a git repository.")
    start = path.resolve()
    for directory in (start, *start.parents):
        git_dir = _git_dir_at(directory)
        if git_dir is not None:
            _refuse_strangers(directory, start)
            return _location(None if git_dir == directory else directory, git_dir)
    raise UserError(
        f"{path} is not in a git repository", remedy="Run `git init` there and commit, or give another path."
    )


def read_head(git_dir: Path) -> Head:
    """Return what the checkout whose git directory this is has checked out.

    Raises:
        UserError: HEAD is damaged.
    """
    text = _first_line(git_dir / "HEAD")
    if text.startswith("ref:"):
        return Head(branch=text.removeprefix("ref:").strip(), commit=None)
    if _OBJECT_ID.fullmatch(text):
        return Head(branch=None, commit=text)
    raise UserError(f"{git_dir / 'HEAD'} is damaged", remedy="Run `git fsck` in that repository.")


def checked_out_branches(location: Location) -> frozenset[str]:
    """Return the full name of every branch that some checkout of the repository stands on, born or not."""
    others = location.common_dir / "worktrees"
    git_dirs = [location.common_dir, location.git_dir]
    git_dirs += [entry for entry in others.iterdir() if (entry / "HEAD").is_file()] if others.is_dir() else []
    return frozenset(head.branch for head in map(read_head, git_dirs) if head.branch)


def configuration(location: Location) -> dict[str, str]:
    """Return the repository's own settings, names in lower case, as data: nothing is included or obeyed."""
    path = location.common_dir / "config"
    if not path.is_file():
        return {}
    listing = Git(directory=Path("/nonexistent")).run("config", "--file", str(path), "--no-includes", "--list", "-z")
    pairs = (item.partition("\n") for item in listing.decode("utf-8", "surrogateescape").split("\0") if item)
    return {name: value if separator else "true" for name, separator, value in pairs}


def _git_dir_at(directory: Path) -> Path | None:
    marker = directory / ".git"
    if marker.is_dir():
        return marker.resolve()
    if marker.is_file():
        target = _first_line(marker).removeprefix("gitdir:").strip()
        git_dir = (directory / target).resolve()
        if target and git_dir.is_dir():
            return git_dir
        raise UserError(f"{marker} points nowhere", remedy="Run `git worktree repair` in the main working tree.")
    is_bare = (directory / "HEAD").is_file() and all((directory / name).is_dir() for name in ("objects", "refs"))
    return directory if is_bare else None


def _refuse_strangers(found: Path, start: Path) -> None:
    # A repository planted above the directory that was named (`/tmp/.git`) must not be picked up.
    if found != start and found.stat().st_uid not in {start.stat().st_uid, os.geteuid()}:
        raise UserError(
            f"{start} is not a repository; the one around it, {found}, belongs to another user",
            remedy=f"Give {found} itself if that is what you mean.",
        )


def _location(root: Path | None, git_dir: Path) -> Location:
    pointer = git_dir / "commondir"
    common = (git_dir / _first_line(pointer)).resolve() if pointer.is_file() else git_dir
    bare = Location(root=root, git_dir=git_dir, common_dir=common, object_format="sha1")
    settings = configuration(bare)
    if settings.get("extensions.refstorage", "files") != "files":
        raise UserError(
            f"{root or git_dir} keeps its refs in a format that is not supported",
            remedy="Run `git refs migrate --ref-format=files` there.",
        )
    object_format = settings.get("extensions.objectformat", "sha1").lower()
    if object_format not in _FORMATS:
        raise UserError(
            f"{root or git_dir} uses the unknown object format {object_format}", remedy="Use sha1 or sha256."
        )
    return Location(root=root, git_dir=git_dir, common_dir=common, object_format=object_format)


def _first_line(path: Path) -> str:
    try:
        lines = os.fsdecode(path.read_bytes()).splitlines()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}", remedy="Check its permissions.") from error
    return lines[0].strip() if lines else ""
