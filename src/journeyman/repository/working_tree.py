"""What a person's checkout holds beyond its commit, found out without their filters, hooks or settings."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from journeyman.domain.errors import UserError
from journeyman.domain.snapshot import EntryKind, TreeEntry
from journeyman.repository.git import Git
from journeyman.repository.location import Location, configuration, read_head
from journeyman.repository.refs import commit_named
from journeyman.repository.trees import list_tree, read_blobs, scratch

# How files look on their disk, not what to run: these alone are taken over from their configuration.
_FAITHFUL = ("core.filemode", "core.autocrlf", "core.eol", "core.symlinks", "core.ignorecase", "core.precomposeunicode")
_LFS = re.compile(rb"^[^#\n]*\sfilter=lfs(\s|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingTree:
    """The state of a checkout; paths are sorted."""

    branch: str | None
    """Short name; None when HEAD is detached."""
    commit: str | None
    """None when the branch has no commit yet."""
    changed: tuple[str, ...] = ()
    """Tracked files that differ from the commit, staged or not. Content of submodules is not looked at."""
    untracked: tuple[str, ...] = ()
    """New files that nothing ignores; a directory of such files ends in `/`."""
    submodules: tuple[str, ...] = ()
    lfs: bool = False
    """Some `.gitattributes` keeps files in Git LFS: the trees then hold pointers."""

    @property
    def dirty(self) -> bool:
        """Whether tracked files hold work that no commit has."""
        return bool(self.changed)

    @property
    def limits(self) -> tuple[str, ...]:
        """Documented limits that apply to this repository, in words."""
        notes = []
        if self.submodules:
            notes.append(f"submodules are left out of the judge's world: {', '.join(self.submodules[:5])}")
        if self.lfs:
            notes.append("files in Git LFS are seen as their pointers, not their content")
        return tuple(notes)


def inspect(git: Git, location: Location) -> WorkingTree:
    """Return the state of the checkout; a bare repository has no files and is clean."""
    head = read_head(location.git_dir)
    commit = commit_named(git, head.branch or head.commit or "")
    entries = list_tree(git, commit) if commit else ()
    changed, untracked = _differences(git, location, commit)
    return WorkingTree(
        branch=head.branch.removeprefix("refs/heads/") if head.branch else None,
        commit=commit,
        changed=changed,
        untracked=untracked,
        submodules=tuple(entry.path for entry in entries if entry.kind is EntryKind.SUBMODULE),
        lfs=_uses_lfs(git, entries),
    )


def require_clean(tree: WorkingTree) -> None:
    """Accept a checkout whose commit holds all of the tracked work.

    Raises:
        UserError: it does not.
    """
    if tree.dirty:
        shown = ", ".join(path.encode("utf-8", "backslashreplace").decode() for path in tree.changed[:5])
        more = f" and {len(tree.changed) - 5} more" if len(tree.changed) > 5 else ""
        raise UserError(
            f"the working tree has changes that are not committed: {shown}{more}",
            remedy="Commit or stash them, or pass `--base HEAD` to work from the last commit as it is.",
        )


def _differences(git: Git, location: Location, commit: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if location.root is None:
        return (), ()
    with scratch(git) as directory:
        view = _view(git, location, directory)
        view.attempt("update-index", "-q", "--refresh", "--ignore-submodules")
        base = commit or git.environment["GIT_ATTR_SOURCE"]  # the empty tree
        staged = view.run("diff-index", "--cached", "--name-only", "--no-renames", "-z", base)
        unstaged = view.run("diff-files", "--name-only", "--no-renames", "--ignore-submodules=all", "-z")
        others = view.run("ls-files", "--others", "--exclude-standard", "--directory", "--no-empty-directory", "-z")
    return _paths(staged + unstaged), _paths(others)


def _view(git: Git, location: Location, directory: Path) -> Git:
    """Return git on a throw-away git directory: their objects, refs and a copy of their index."""
    for name in ("refs", "packed-refs", "objects"):
        (directory / name).symlink_to(location.common_dir / name)
    (directory / "info").mkdir()
    copies = {location.common_dir / "info/exclude": directory / "info/exclude"}
    copies |= {
        path: directory / path.name for path in location.git_dir.glob("*index*") if not path.name.endswith(".lock")
    }
    for source, target in copies.items():
        if source.is_file():
            shutil.copyfile(source, target)
    shutil.copyfile(git.directory / "HEAD", directory / "HEAD")
    config = (git.directory / "config").read_text()
    (directory / "config").write_text(config.replace("bare = true", "bare = false"))
    theirs = configuration(location)
    return Git(
        directory=directory,
        environment={"GIT_WORK_TREE": str(location.root)},
        settings={name: theirs[name] for name in _FAITHFUL if name in theirs},
    )


def _uses_lfs(git: Git, entries: tuple[TreeEntry, ...]) -> bool:
    attributes = [entry.blob for entry in entries if Path(entry.path).name == ".gitattributes"]
    return any(_LFS.search(content) for content in read_blobs(git, attributes))


def _paths(listing: bytes) -> tuple[str, ...]:
    return tuple(sorted({os.fsdecode(item) for item in listing.split(b"\0") if item}))
