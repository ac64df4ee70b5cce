"""Workplaces for tests of what works in one: real commands in a directory of their own, confined by nothing."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from journeyman.domain.candidate import FileChange
from journeyman.domain.command import CommandResult, Ending, Limits
from journeyman.ports.repository import Repository
from journeyman.ports.workplace import Workplace

_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


class UnconfinedWorkplaces:
    """Fills `ports.workplace.Workplaces`. For commands that a test wrote, never for a model's."""

    def __init__(self, repository: Repository, *, facts: tuple[str, ...] = ()) -> None:
        self._repository = repository
        self._facts = facts

    @asynccontextmanager
    async def open(self, tree: str) -> AsyncIterator[Workplace]:
        """Lend a checkout of a tree in a new directory."""
        with tempfile.TemporaryDirectory(prefix="workplace-") as scratch:
            folder = Path(scratch) / "work"
            await self._repository.checkout(tree, folder)
            yield _Workplace(self._repository, tree, folder, self._facts)


class _Workplace:
    def __init__(self, repository: Repository, tree: str, folder: Path, facts: tuple[str, ...]) -> None:
        self._repository = repository
        self._tree = tree
        self._folder = folder
        self.facts = facts

    async def run(self, argv: tuple[str, ...], *, stdin: bytes = b"", limits: Limits) -> CommandResult:
        """Run a command; of the limits, time and output are held."""
        process = await asyncio.create_subprocess_exec(
            *argv,
            cwd=self._folder,
            env=_ENVIRONMENT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        try:
            output, _ = await asyncio.wait_for(process.communicate(stdin), limits.wall_time_s)
        except TimeoutError:
            process.kill()
            await process.wait()
            return CommandResult(ending=Ending.TIMED_OUT, exit_status=137, output=b"")
        cut = output[: limits.output_bytes]
        ending = Ending.EXITED if cut == output else Ending.OUTPUT_TRUNCATED
        return CommandResult(ending=ending, exit_status=process.returncode or 0, output=cut)

    async def changes(self) -> tuple[FileChange, ...]:
        """Read back what differs from the tree."""
        return await self._repository.collect(self._tree, self._folder)
