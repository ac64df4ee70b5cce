"""The seam to version control that the host owns: trees in, trees out, nothing of the agent's git."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Protocol

from journeyman.domain.candidate import FileChange
from journeyman.domain.history import PastChange
from journeyman.domain.snapshot import Lineage, Snapshot
from journeyman.ports.remote import Authorization, GitRemote


class Repository(Protocol):
    """The history of one project, held in a store that no agent can write to."""

    async def snapshot(self, ref: str) -> Snapshot:
        """Resolve any name (empty: the checked-out commit) to a commit and list its tree.

        Raises:
            UserError: no such name, or the repository has no commit yet.
        """
        ...

    async def lineage(self, older: str, newer: str) -> Lineage:
        """Return what lies between two commits, both given by their ids."""
        ...

    async def read(self, blob: str) -> bytes:
        """Return the content of one blob."""
        ...

    async def read_many(self, blobs: tuple[str, ...]) -> tuple[bytes, ...]:
        """Return the contents of many blobs, in order."""
        ...

    async def overlay(self, tree: str, changes: tuple[FileChange, ...]) -> str:
        """Return the id of a new tree: `tree` with the changes laid over it.

        Raises:
            UserError: a path is absolute, climbs out, names git metadata or is otherwise unsafe.
        """
        ...

    async def checkout(self, tree: str, into: Path) -> None:
        """Write the files of a tree into an empty directory, without git metadata.

        Symlinks that stay inside are made; others, and submodules, are left out.
        """
        ...

    def base(self, tree: str) -> AbstractAsyncContextManager[Path]:
        """Lend what `checkout` writes: made once and shared, so nobody may write to it."""
        ...

    async def collect(self, tree: str, workspace: Path, *, layered: bool = False) -> tuple[FileChange, ...]:
        """Read back, safely, what an untrusted command left in a workspace made from `tree`.

        `layered` says that the workspace was laid over the base of the tree (see `Command.base`).

        Raises:
            UnsafeTreeError: something in it must not be read; the error names each path and why.
        """
        ...

    async def diff(self, old: str, new: str) -> str:
        """Return the unified diff between two trees, whatever their attributes say."""
        ...

    async def commit(self, tree: str, *, parent: str, message: str) -> str:
        """Return the id of a commit of `tree` on `parent`; the same inputs give the same id."""
        ...

    async def history(self, commit: str, *, limit: int) -> tuple[PastChange, ...]:
        """Return at most `limit` commits that are not merges, `commit` first and then its ancestors, newest first."""
        ...

    async def publish(self, commit: str, branch: str) -> bool:
        """Make `branch` of the person's repository point at `commit`.

        Returns True when the branch was made and False when it already pointed there.

        Raises:
            UserError: the branch exists and points somewhere else.
        """
        ...

    def remote(self, url: str, *, authorization: Authorization, environment: Mapping[str, str]) -> GitRemote:
        """Return a repository elsewhere that takes commits of this one; nothing is asked of it yet.

        Args:
            url: of the repository itself, https.
            authorization: asked for the credential when the remote is first spoken to, and not before.
            environment: where a company's proxy and certificates are said.

        Raises:
            UserError: the URL is none that a credential may be sent to.
        """
        ...
