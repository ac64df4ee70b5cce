"""A bare store that the host owns: the person's objects and refs, under configuration of the host's own.

    stores/<digest of the real path>.git/
        config, HEAD, info/      written here; the only configuration git ever reads
        objects/                 what Journeyman makes; `info/alternates` leads to the person's objects
        refs, packed-refs        symlinks to the person's: read live, locked by git's own lock files

Nothing is copied, no transport is spoken, and git is never started on their git directory, so neither
their hooks nor their configuration can run a program.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path

from journeyman.domain.candidate import FileChange
from journeyman.domain.digest import digest_bytes
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.history import PastChange
from journeyman.domain.snapshot import Lineage, Snapshot, TreeEntry
from journeyman.repository import checkout, history, shared_checkouts, trees, workspace
from journeyman.repository.export import collect
from journeyman.repository.git import Git, attribute_shield
from journeyman.repository.layer import collect_layer
from journeyman.repository.location import Location, locate
from journeyman.repository.outgoing import Outgoing
from journeyman.repository.refs import resolve
from journeyman.repository.walk import Limits
from journeyman.repository.working_tree import WorkingTree, inspect

_EntriesOf = Callable[[str], tuple[TreeEntry, ...]]
_TREES_REMEMBERED = 16
_LITTER = """\
# What tools leave behind, beside what the project's own .gitignore names.
__pycache__/
*.py[cod]
.pytest_cache/
.mypy_cache/
.ruff_cache/
.hypothesis/
.DS_Store
"""


def open_repository(path: Path, *, stores_dir: Path, limits: Limits | None = None) -> "GitRepository":
    """Open the repository that holds `path`; its store is made under `stores_dir` the first time.

    `limits` bound what `collect` reads back.

    Raises:
        UserError: there is no repository, or git is not installed.
    """
    location = locate(path)
    name = digest_bytes(os.fsencode(location.common_dir) + location.object_format.encode())[:32]
    directory = stores_dir.resolve() / f"{name}.git"
    if not directory.is_dir():
        _make_store(directory, location)
    git = Git(directory=directory, environment=attribute_shield(location.object_format))
    return GitRepository(git, location, limits=limits or Limits())


class GitRepository(Outgoing):
    """Fills `ports.repository.Repository` with git; safe to share between tasks of one process."""

    def __init__(self, git: Git, location: Location, *, limits: Limits) -> None:
        super().__init__(git, location)
        self._limits = limits
        self._entries = lru_cache(_TREES_REMEMBERED)(lambda tree: trees.list_tree(git, tree))

    async def snapshot(self, ref: str) -> Snapshot:
        """Resolve a branch, tag, commit id or nothing (what is checked out) and list its tree."""
        return await asyncio.to_thread(_snapshot, self._git, self.location, ref, self._entries)

    async def lineage(self, older: str, newer: str) -> Lineage:
        """Return what lies between two commits; a shallow clone's is not complete."""
        return await asyncio.to_thread(history.lineage, self._git, older, newer, self.location.common_dir / "shallow")

    async def read(self, blob: str) -> bytes:
        """Return the content of one blob."""
        (content,) = await self.read_many((blob,))
        return content

    async def read_many(self, blobs: tuple[str, ...]) -> tuple[bytes, ...]:
        """Return the contents of many blobs, in order."""
        return await asyncio.to_thread(trees.read_blobs, self._git, blobs)

    async def overlay(self, tree: str, changes: tuple[FileChange, ...]) -> str:
        """Return the id of `tree` with the changes laid over it; their order does not matter."""

        def work() -> str:
            entries = {entry.path: entry for entry in self._entries(tree)}
            return trees.overlay(self._git, tree, changes, entries=entries)

        return await asyncio.to_thread(work)

    async def checkout(self, tree: str, into: Path, *, with_git: bool = False) -> None:
        """Write the files of a tree, byte for byte, into an empty directory.

        There is no git metadata, unless an agent wants some: then a throw-away `.git` of a single commit.
        """
        entries = await asyncio.to_thread(self._entries, tree)
        if with_git:
            await asyncio.to_thread(lambda: workspace.make_workspace(self._git, tree, into, entries=entries))
        else:
            await asyncio.to_thread(checkout.checkout, self._git, entries, into)

    @asynccontextmanager
    async def base(self, tree: str) -> AsyncIterator[Path]:
        """Lend a clean checkout of a tree, made once; nobody may write to it."""
        lending = shared_checkouts.lent_base(self._git, tree, await asyncio.to_thread(self._entries, tree))
        place = await asyncio.to_thread(lending.__enter__)
        try:
            yield place
        finally:
            lending.__exit__(None, None, None)

    async def collect(self, tree: str, workspace: Path, *, layered: bool = False) -> tuple[FileChange, ...]:
        """Read back what an untrusted command left in a checkout of `tree`, or a layer over its base, sorted by path.

        A `.git` directory at the root is not looked into. New files that the tree's own `.gitignore`
        files exclude are left out, as are caches (`__pycache__` and its like).
        """
        read = collect_layer if layered else collect
        return await asyncio.to_thread(
            lambda: read(self._git, self._entries(tree), workspace, limits=self._limits),
        )

    async def diff(self, old: str, new: str) -> str:
        """Return the unified diff between two trees, whatever their attributes say."""
        return await asyncio.to_thread(history.diff, self._git, old, new)

    async def commit(self, tree: str, *, parent: str, message: str) -> str:
        """Return the id of a commit of `tree` on `parent`, by Journeyman, at the parent's date."""
        return await asyncio.to_thread(lambda: history.commit(self._git, tree, parent=parent, message=message))

    async def message(self, commit: str) -> str:
        """Return a commit's message with its trailers."""
        return await asyncio.to_thread(history.message, self._git, commit)

    async def history(self, commit: str, *, limit: int) -> tuple[PastChange, ...]:
        """Return at most `limit` commits without merges, `commit` first and then its ancestors."""
        return await asyncio.to_thread(lambda: history.past_changes(self._git, commit, limit=limit))

    async def working_tree(self) -> WorkingTree:
        """Say how the person's checkout differs from its commit."""
        return await asyncio.to_thread(inspect, self._git, self.location)


def _snapshot(git: Git, location: Location, ref: str, entries_of: _EntriesOf) -> Snapshot:
    name, commit = resolve(git, location, ref)
    try:
        tree = history.tree_of(git, commit)
        return Snapshot(commit=commit, tree=tree, ref=name, entries=entries_of(tree))
    except AdapterError as failure:
        raise UserError(
            f"the repository does not hold all of commit {commit}",
            remedy="If it is a partial clone, run `git fetch --refetch --no-filter` there.",
        ) from failure


def _make_store(directory: Path, location: Location) -> None:
    if "\n" in str(location.common_dir) or "\n" in str(directory):
        raise UserError("a path with a line break in it cannot be used", remedy="Rename the directory.")
    directory.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=directory.parent))
    for part in ("objects/info", "objects/pack", "info", "scratch"):
        (new / part).mkdir(parents=True)
    (new / "refs").symlink_to(location.common_dir / "refs")
    (new / "packed-refs").symlink_to(location.common_dir / "packed-refs")
    (new / "objects/info/alternates").write_bytes(os.fsencode(location.common_dir / "objects") + b"\n")
    (new / "HEAD").write_text("ref: refs/journeyman/none\n")
    (new / "description").write_bytes(b"Store of " + os.fsencode(location.common_dir) + b"\n")
    (new / "info/exclude").write_text(_LITTER)
    (new / "config").write_text(_config(location.object_format))
    try:
        new.rename(directory)
    except OSError:
        shutil.rmtree(new)
        if not directory.is_dir():
            raise


def _config(object_format: str) -> str:
    if object_format == "sha1":
        return "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
    return f"[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = {object_format}\n"
