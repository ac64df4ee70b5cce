"""The hermetic judge over the tiny project: a real repository, a real sandbox, one baseline for all."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from journeyman.adapters.sandboxes.bubblewrap import open_sandbox
from journeyman.adapters.sandboxes.toolchain import python_mounts
from journeyman.domain.verification import Ground
from journeyman.judge import HermeticJudge
from journeyman.repository import open_repository
from journeyman.settings import JudgeSettings, Settings
from journeyman.testing.conformance.judge import PROJECT, RED, Bench


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bench]:
    home = tmp_path_factory.mktemp("judge")
    _make_project(home / "project")
    repository = open_repository(home / "project", stores_dir=home / "stores")
    ground = Ground(base=await repository.snapshot("main"), must_pass=RED)
    python = Path(sys.executable)
    async with open_sandbox("", Settings()) as sandbox:
        judge = HermeticJudge(
            repository,
            sandbox,
            JudgeSettings(wall_time_s=20.0),
            interpreter=python,
            mounts=python_mounts(python),
            scratch_dir=home / "scratch",
        )
        yield Bench(judge=judge, ground=ground, baseline=await judge.baseline(ground))


def _make_project(root: Path) -> None:
    for path, content in PROJECT.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content)
    name = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    for arguments in (("init", "-q", "-b", "main"), ("add", "-A"), (*name, "commit", "-q", "-m", "a bug")):
        subprocess.run(["git", *arguments], cwd=root, check=True)
