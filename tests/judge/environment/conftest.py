"""A workplace over a repository in memory and a sandbox that does as it is told."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from journeyman.domain.command import Command, CommandResult, Ending, NetworkRequest
from journeyman.domain.toolchain import Toolchain
from journeyman.judge.environment import EnvironmentBuilder, Shelf, Workplace
from journeyman.judge.environment.recipe import Indexes
from journeyman.settings import EnvironmentSettings
from journeyman.testing.repository import InMemoryRepository
from journeyman.testing.sandboxes import FakeSandbox

PYTHON = Path("/opt/python/bin/python3")


class Tools:
    """Every tool is there, but for those that are named."""

    def __init__(self, *missing: str) -> None:
        self.missing = missing

    def find(self, tool: str, *, root: str = "") -> Toolchain | None:
        return None if tool in self.missing else Toolchain(executable=f"/usr/bin/{tool}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    builder: EnvironmentBuilder
    repository: InMemoryRepository
    sandbox: FakeSandbox
    shelf: Path


MakeBench = Callable[..., Bench]


def built(command: Command) -> CommandResult:
    """Leave what an installer would."""
    place = command.workspace / "tree"
    (place / ("node_modules" if "node_modules" in command.argv[-1] else "venv")).mkdir()
    return CommandResult(ending=Ending.EXITED, exit_status=0, output=b"")


def failed(
    output: bytes = b"no such package", *requests: NetworkRequest, ending: Ending = Ending.EXITED
) -> Callable[[Command], CommandResult]:
    """Return what fails with some output."""
    return lambda _: CommandResult(ending=ending, exit_status=1, output=output, requests=requests)


@pytest.fixture
def bench(tmp_path: Path) -> MakeBench:
    def make(
        files: dict[str, str],
        handler: Callable[[Command], CommandResult] = built,
        settings: EnvironmentSettings | None = None,
        tools: Tools | None = None,
    ) -> Bench:
        repository, sandbox = InMemoryRepository.of(files), FakeSandbox(handler)
        workplace = Workplace(
            repository=repository,
            sandbox=sandbox,
            python=PYTHON,
            python_mounts=(),
            tools=tools or Tools(),
            toolchains=tools or Tools(),
            shelf=Shelf(tmp_path / "shelf"),
            settings=settings or EnvironmentSettings(),
            indexes=Indexes(),
        )
        return Bench(
            builder=EnvironmentBuilder(workplace), repository=repository, sandbox=sandbox, shelf=tmp_path / "shelf"
        )

    return make
