"""Small projects behind a real repository and a real sandbox, one call each."""

import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from journeyman.adapters.sandboxes.bubblewrap import open_sandbox
from journeyman.adapters.sandboxes.toolchain import python_mounts
from journeyman.domain.verification import Ground
from journeyman.judge import HermeticJudge
from journeyman.judge.contract import ContractTools
from journeyman.ports.sandbox import Sandbox
from journeyman.repository import open_repository
from journeyman.settings import JudgeSettings, Settings
from journeyman.testing.conformance.judge import Bench

Lay = Callable[..., Awaitable[Bench]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with open_sandbox("", Settings()) as opened:
        yield opened


@pytest.fixture
def lay(sandbox: Sandbox, tmp_path: Path) -> Lay:
    """Commit files, measure the base and answer with a bench; the fields are those of `Ground`."""

    async def bench(
        files: Mapping[str, str],
        settings: JudgeSettings | None = None,
        contracts: ContractTools | None = None,
        **fields: object,
    ) -> Bench:
        root = tmp_path / "project"
        _commit(root, files)
        repository = open_repository(root, stores_dir=tmp_path / "stores")
        python = Path(sys.executable)
        judge = HermeticJudge(
            repository,
            sandbox,
            settings or JudgeSettings(wall_time_s=20.0),
            interpreter=python,
            mounts=python_mounts(python),
            scratch_dir=tmp_path / "scratch",
            contracts=contracts,
        )
        ground = Ground(base=await repository.snapshot("main"), **fields)  # type: ignore[arg-type] # by name
        return Bench(judge=judge, ground=ground, baseline=await judge.baseline(ground))

    return bench


def _commit(root: Path, files: Mapping[str, str]) -> None:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    name = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    for arguments in (("init", "-q", "-b", "main"), ("add", "-A"), (*name, "commit", "-q", "-m", "base")):
        subprocess.run(["git", *arguments], cwd=root, check=True)
