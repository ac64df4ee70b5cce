"""No confinement, by choice: what it still does, and that it says what it is."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.unconfined import LABEL, UnconfinedSandbox, open_sandbox
from journeyman.domain.command import Command, Ending, Limits, Mount
from journeyman.domain.errors import AdapterError, UserError
from journeyman.settings import load_settings
from journeyman.testing.conformance.sandbox import SandboxBehaviour, SandboxConformance


@pytest.fixture
async def sandbox() -> AsyncIterator[UnconfinedSandbox]:
    async with open_sandbox("", load_settings(environment={})) as opened:
        yield opened


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "workspace"
    path.mkdir()
    return path


HALF_A_MINUTE = Limits(wall_time_s=30.0)


def python(source: str, workspace: Path, *, limits: Limits = HALF_A_MINUTE) -> Command:
    return Command(argv=(sys.executable, "-I", "-c", source), workspace=workspace, limits=limits)


@pytest.mark.slow
class TestBehaviour(SandboxBehaviour):
    """What a sandbox promises its user holds here too, but for what needs a file system of its own."""

    interpreter = sys.executable
    test_workspace_is_the_working_directory_and_keeps_what_is_written = None  # type: ignore[assignment] # cwd is the host's
    test_mounts_are_shown_read_only = None  # type: ignore[assignment] # they are not


async def test_it_says_that_nothing_is_confined(sandbox: UnconfinedSandbox, workspace: Path) -> None:
    result = await sandbox.run(python("", workspace))
    assert result.sandbox == LABEL == sandbox.declaration.driver
    assert "NOT CONFINED" in LABEL
    assert not sandbox.declaration.confined
    assert "NOTHING IS CONFINED" in sandbox.declaration.weaker[0]


async def test_isolation_is_really_not_there(sandbox: UnconfinedSandbox, workspace: Path) -> None:
    """The conformance suite must not hold: what it would call contained is open."""
    suite = type("Here", (SandboxConformance,), {"interpreter": sys.executable})()
    with pytest.raises(AssertionError):
        await suite.test_files_of_the_host_are_hidden(sandbox, workspace)


async def test_the_environment_is_still_not_the_products(sandbox: UnconfinedSandbox, workspace: Path) -> None:
    result = await sandbox.run(python("import os; print(sorted(os.environ))", workspace))
    assert result.output.startswith(b"['HOME', 'LANG', ")
    said = await sandbox.run(python("import os; print(os.environ['HOME'])", workspace))
    assert said.output.strip() != str(Path.home()).encode()


async def test_paths_of_a_sandbox_become_this_machines(sandbox: UnconfinedSandbox, workspace: Path) -> None:
    tool = workspace.parent / "tool"
    tool.write_text("content")
    command = Command(
        argv=("sh", "-c", 'cat /opt/it /work/here "$FILE" && cat && echo /worker /opt/item'),
        workspace=workspace,
        mounts=(Mount(source=tool, target="/opt/it"),),
        env=(("FILE", "/opt/it"),),
        stdin=b'{"file": "/opt/it"}',
    )
    (workspace / "here").write_text("here")
    result = await sandbox.run(command)
    assert result.output == f'contentherecontent{{"file": "{tool}"}}/worker /opt/item\n'.encode()


@pytest.mark.parametrize(
    ("source", "limits", "ending"),
    [
        ("import time; time.sleep(20)", Limits(wall_time_s=0.5), Ending.TIMED_OUT),
        (
            "x = b'x' * 2**28; import time; time.sleep(20)",
            Limits(wall_time_s=30, memory_bytes=2**27),
            Ending.OUT_OF_MEMORY,
        ),
        (
            "import os, time\nfor _ in range(20): os.fork() or time.sleep(20)\ntime.sleep(20)",
            Limits(wall_time_s=30, processes=8),
            Ending.TOO_MANY_PROCESSES,
        ),
        ("print('x' * 10**6)", Limits(wall_time_s=30, output_bytes=1000), Ending.OUTPUT_TRUNCATED),
    ],
)
async def test_limits_end_the_group(
    sandbox: UnconfinedSandbox, workspace: Path, source: str, limits: Limits, ending: Ending
) -> None:
    result = await sandbox.run(python(source, workspace, limits=limits))
    assert result.ending is ending


async def test_what_stays_behind_in_the_group_is_killed(sandbox: UnconfinedSandbox, workspace: Path) -> None:
    await sandbox.run(Command(argv=("sh", "-c", "(sleep 1; touch late) & exit 0"), workspace=workspace))
    await asyncio.sleep(1.5)
    assert not (workspace / "late").exists()


async def test_bad_input_is_told(sandbox: UnconfinedSandbox, workspace: Path) -> None:
    with pytest.raises(UserError, match="NUL"):
        await sandbox.run(Command(argv=("a\0b",), workspace=workspace))
    with pytest.raises(AdapterError, match="workspace"):
        await sandbox.run(Command(argv=("true",), workspace=workspace / "nothing"))
    with pytest.raises(UserError, match="none:"):
        async with open_sandbox("really", load_settings(environment={})):
            raise AssertionError
