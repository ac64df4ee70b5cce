"""Workspaces that are ready at once, whatever the size of the project, and thrown away whole."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from journeyman.domain.candidate import FileChange
from journeyman.domain.command import Command
from journeyman.ports.repository import Repository
from journeyman.ports.sandbox import Sandbox, can_layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A place for commands over one tree, of which each keeps what the ones before it left."""

    repository: Repository
    tree: str
    path: Path
    base: Path | None
    """What lies below, when only the differences are in `path`."""

    def over(self, command: Command) -> Command:
        """Return the command, over this workspace."""
        return replace(command, workspace=self.path, base=self.base)

    async def changes(self) -> tuple[FileChange, ...]:
        """Read back, safely, how it differs from its tree; nothing may run in it meanwhile.

        Raises:
            UnsafeTreeError: it holds something that must not be read.
        """
        return await self.repository.collect(self.tree, self.path, layered=self.base is not None)


@asynccontextmanager
async def open_workspace(
    repository: Repository, sandbox: Sandbox, tree: str, scratch_dir: Path
) -> AsyncIterator[Workspace]:
    """Lend a workspace for commands of this sandbox: laid over a shared base where it can, else a checkout."""
    await asyncio.to_thread(scratch_dir.mkdir, parents=True, exist_ok=True)
    path = Path(tempfile.mkdtemp(prefix="workspace-", dir=scratch_dir))
    try:
        if await can_layer(sandbox):
            for part in ("upper", "work"):
                (path / part).mkdir(mode=0o755)
            async with repository.base(tree) as base:
                yield Workspace(repository=repository, tree=tree, path=path, base=base)
        else:
            await repository.checkout(tree, path)
            yield Workspace(repository=repository, tree=tree, path=path, base=None)
    finally:
        await asyncio.to_thread(discard, path)


def discard(path: Path) -> None:
    """Remove a workspace, whatever a command did to the modes in it; links are not followed."""
    for folder, below, _ in os.walk(path):
        for name in below:
            with suppress(OSError):
                if not (Path(folder) / name).is_symlink():
                    (Path(folder) / name).chmod(0o700)
    shutil.rmtree(path, ignore_errors=True)
