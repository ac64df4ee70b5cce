"""Where agents work: a workspace of the repository's in a warm sandbox, with the environment that tests run in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from journeyman.adapters.sandboxes.mounts import inside
from journeyman.assembly.environments import LazyEnvironment
from journeyman.domain.candidate import FileChange
from journeyman.domain.command import Command, CommandResult, Limits, Mount
from journeyman.domain.errors import AdapterError
from journeyman.domain.snapshot import Snapshot
from journeyman.ports.repository import Repository
from journeyman.ports.sandbox import Sandbox
from journeyman.ports.workplace import Workplace
from journeyman.repository.layered import Workspace, open_workspace

_PATH = "/usr/local/bin:/usr/bin:/bin"
_TOOLS = {
    "package.json": "node",
    "go.mod": "go",
    "Cargo.toml": "cargo",
    "pom.xml": "mvn",
    "build.gradle": "gradle",
    "build.gradle.kts": "gradle",
}
"""Which tool a project with such a file is built with."""
_QUIET = (
    ("PAGER", "cat"),
    ("TERM", "dumb"),
    ("NO_COLOR", "1"),
    ("TQDM_DISABLE", "1"),
    ("PYTHONDONTWRITEBYTECODE", "1"),
    ("PYTHONNOUSERSITE", "1"),
    ("PYTHONHASHSEED", "0"),
)
"""What tools print for a person at a terminal costs a model tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """What is shown inside beside the workspace."""

    mounts: tuple[Mount, ...]
    env: tuple[tuple[str, str], ...]
    facts: tuple[str, ...]


class SandboxedWorkplaces:
    """Fills `ports.workplace.Workplaces`."""

    def __init__(
        self, repository: Repository, sandbox: Sandbox, environment: LazyEnvironment, *, base: Snapshot, scratch: Path
    ) -> None:
        self._repository = repository
        self._sandbox = sandbox
        self._environment = environment
        self._base = base
        self._scratch = scratch

    @asynccontextmanager
    async def open(self, tree: str) -> AsyncIterator[Workplace]:
        """Lend a new workplace (see `ports.workplace.Workplaces`)."""
        equipment = await self._equipment()
        async with open_workspace(self._repository, self._sandbox, tree, self._scratch) as workspace:
            place = SandboxedWorkplace(workspace, self._sandbox, equipment)
            try:
                yield place
            finally:
                await place.close()

    async def _equipment(self) -> Equipment:
        found = await self._environment.get()
        mounts, env, folders, facts = list(found.mounts), list(_QUIET), [], []
        names = {PurePosixPath(entry.path).name for entry in self._base.entries}
        if any(name.endswith(".py") for name in names):
            folders.append(str(PurePosixPath(inside(str(found.interpreter), found.mounts)).parent))
            facts.append("`python` is the interpreter that the project's tests run with.")
        for tool in dict.fromkeys(tool for name, tool in _TOOLS.items() if name in names):
            chain = await asyncio.to_thread(found.toolchains.find, tool) if found.toolchains else None
            if chain is not None:
                mounts += chain.mounts
                env += chain.env
                folders.append(str(PurePosixPath(chain.executable).parent))
                facts.append(f"`{tool}` is there.")
        path = ":".join(dict.fromkeys([*folders, *_PATH.split(":")]))
        return Equipment(
            mounts=tuple(dict.fromkeys(mounts)), env=(*dict(env).items(), ("PATH", path)), facts=tuple(facts)
        )


class SandboxedWorkplace:
    """Fills `ports.workplace.Workplace`; its sandbox is made for the first command and stays warm."""

    def __init__(self, workspace: Workspace, sandbox: Sandbox, equipment: Equipment) -> None:
        self._workspace = workspace
        self._sandbox = sandbox
        self._equipment = equipment
        world = Command(argv=("true",), workspace=workspace.path, mounts=equipment.mounts, env=equipment.env)
        self._world = workspace.over(world)
        self._held: AbstractAsyncContextManager[Sandbox] | None = None
        self._warm: Sandbox | None = None

    @property
    def facts(self) -> tuple[str, ...]:
        """What there is to work with."""
        return self._equipment.facts

    async def run(self, argv: tuple[str, ...], *, stdin: bytes = b"", limits: Limits) -> CommandResult:
        """Run one command; a sandbox that was lost is made again once, over the same workspace."""
        command = replace(self._world, argv=argv, stdin=stdin, limits=limits)
        try:
            return await (await self._sandboxed()).run(command)
        except AdapterError as error:
            if not error.retryable:
                raise
            await self.close()
            return await (await self._sandboxed()).run(command)

    async def changes(self) -> tuple[FileChange, ...]:
        """Read back what differs (see `ports.workplace.Workplace`)."""
        return await self._workspace.changes()

    async def close(self) -> None:
        """Kill what still runs."""
        held, self._held, self._warm = self._held, None, None
        if held is not None:
            await held.__aexit__(None, None, None)

    async def _sandboxed(self) -> Sandbox:
        if self._warm is None:
            held = self._sandbox.warm(self._world)
            self._warm = await held.__aenter__()
            self._held = held
        return self._warm
