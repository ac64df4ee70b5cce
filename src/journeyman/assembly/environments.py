"""Which environment a project's tests run in: chosen and built when it is first needed."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from journeyman.domain.behaviour import Behaviour, Probe
from journeyman.domain.candidate import Candidate
from journeyman.domain.command import Mount
from journeyman.domain.errors import UserError
from journeyman.domain.event import EnvironmentChosen
from journeyman.domain.snapshot import Snapshot
from journeyman.domain.toolchain import Toolchain
from journeyman.domain.verification import Baseline, Ground, Verification
from journeyman.ports.events import Step
from journeyman.ports.judge import Judge
from journeyman.ports.repository import Repository
from journeyman.ports.sandbox import Sandbox
from journeyman.ports.toolchains import Toolchains
from journeyman.settings import FILE_NAME, Settings

if TYPE_CHECKING:
    from journeyman.judge.environment import Environment

Told = Callable[["Environment"], Awaitable[None]]
"""Hears of the environment once, when it stands."""


_UV = "/opt/journeyman-environment/uv"
"""Where the executable of uv's wheel is shown."""


class LazyEnvironment:
    """The environment of one base commit; made by whoever asks first."""

    def __init__(self, make: "Callable[[], Awaitable[Environment]]", *, told: Told | None = None) -> None:
        self._make = make
        self._told = told
        self._made: Environment | None = None
        self._making = asyncio.Lock()

    async def get(self) -> "Environment":
        """Return the environment.

        Raises:
            UserError: it is not there, or cannot be built; the text says what would help.
            AdapterError: the package index or the sandbox failed.
        """
        async with self._making:
            if self._made is None:
                self._made = await self._make()
                if self._told:
                    await self._told(self._made)
            return self._made


def recording(step: Step) -> Told:
    """Return what writes an environment down in a step of a run."""

    async def told(environment: "Environment") -> None:
        interpreter = str(environment.interpreter)
        event = EnvironmentChosen(interpreter=interpreter, digest=environment.digest, notes=environment.notes)
        await step.append(event)

    return told


class EquippedJudge:
    """A judge that is made with its environment, when it is first asked."""

    def __init__(self, environment: LazyEnvironment, make: "Callable[[Environment], Judge]") -> None:
        self._environment = environment
        self._make = make
        self._made: Judge | None = None

    async def baseline(self, ground: Ground) -> Baseline:
        """Measure what the base's own tests do; see `ports.judge.Judge`."""
        return await (await self._judge()).baseline(ground)

    async def judge(self, ground: Ground, baseline: Baseline, candidate: Candidate) -> Verification:
        """Judge as the judge within does."""
        return await (await self._judge()).judge(ground, baseline, candidate)

    async def likeness(self, ground: Ground, candidate: Candidate) -> str:
        """Digest as the judge within does."""
        return await (await self._judge()).likeness(ground, candidate)

    async def behaviour(
        self, ground: Ground, candidates: Sequence[Candidate], probes: Sequence[Probe]
    ) -> tuple[Behaviour, ...]:
        """Ask as the judge within does."""
        return await (await self._judge()).behaviour(ground, candidates, probes)

    async def _judge(self) -> Judge:
        environment = await self._environment.get()
        if self._made is None:
            self._made = self._make(environment)
        return self._made


async def environment_of(
    settings: Settings, repository: Repository, base: Snapshot, *, path: Path, sandbox: Sandbox
) -> "Environment":
    """Return the environment of a base commit, building it in a sandbox where that is wanted.

    Raises:
        UserError: it is not there, or cannot be built; the text says what would help.
        AdapterError: the package index or the sandbox failed.
    """
    from journeyman.adapters.sandboxes.host_tools import HostToolchains
    from journeyman.adapters.sandboxes.toolchain import own_python, python_mounts
    from journeyman.judge.environment import Choice, EnvironmentBuilder, Shelf, Workplace, machine_indexes

    building = settings.building
    python = _there(building.python, path, key="[environment] python") if building.python else own_python()
    toolchains = HostToolchains(settings.environment, path)
    workplace = Workplace(
        repository=repository,
        sandbox=sandbox,
        python=python,
        python_mounts=await asyncio.to_thread(python_mounts, python),
        tools=ToolsBeside(HostToolchains(settings.environment)),
        toolchains=toolchains,
        shelf=Shelf(settings.cache_dir / "environments"),
        settings=building,
        indexes=machine_indexes(settings.environment, building),
    )
    found, own = _interpreter(settings, path)
    choice = Choice(
        build=building.build,
        named=bool(settings.judge.python),
        own=own,
        found=found,
        mounts_of=python_mounts,
        toolchains=toolchains,
    )
    return await choice.environment(base, EnvironmentBuilder(workplace))


def _interpreter(settings: Settings, path: Path) -> tuple[Path, bool]:
    """Return the interpreter that is there without building any, and whether it is the project's own.

    Raises:
        UserError: the configured one is not there.
    """
    if settings.judge.python:
        return _there(settings.judge.python, path, key="[judge] python"), True
    own = path / ".venv/bin/python"
    return (own, True) if own.exists() else (Path(sys.executable), False)


def _there(configured: str, path: Path, *, key: str) -> Path:
    python = Path(configured) if Path(configured).is_absolute() else path / configured
    if not python.exists():
        raise UserError(f"{key} = {configured!r} is not there", remedy=f"Make the environment, or mend {FILE_NAME}.")
    return python


class ToolsBeside:
    """The host's tools, and those that came as wheels beside this product."""

    def __init__(self, host: Toolchains) -> None:
        self._host = host

    def find(self, tool: str, *, root: str = "") -> Toolchain | None:
        """Return a tool; see `ports.toolchains.Toolchains`."""
        if tool != "uv" or find_spec("uv") is None:
            return self._host.find(tool, root=root)
        import uv

        return Toolchain(executable=_UV, mounts=(Mount(source=Path(uv.find_uv_bin()), target=_UV),))
