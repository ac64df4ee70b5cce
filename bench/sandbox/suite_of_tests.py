"""A test suite of two hundred tests with files and databases: what an honest test run notices."""

import asyncio
import subprocess
import sys
from pathlib import Path

from bench.sandbox.table import Action, interleaved, show

from journeyman.adapters.sandboxes.bubblewrap import BubblewrapSandbox
from journeyman.adapters.sandboxes.toolchain import python_mounts
from journeyman.domain.command import Command, Limits

_TEST = """
import sqlite3
import pytest

@pytest.mark.parametrize("number", range(200))
def test_rows_come_back(tmp_path, number):
    (tmp_path / "note").write_text(str(number))
    base = sqlite3.connect(tmp_path / "rows.db")
    base.execute("create table rows (value integer)")
    base.executemany("insert into rows values (?)", [(value,) for value in range(number)])
    base.commit()
    assert base.execute("select count(*) from rows").fetchone() == (int((tmp_path / "note").read_text()),)
    base.close()
"""


async def work(sandbox: BubblewrapSandbox, place: Path, runs: int) -> None:
    """Pytest bare with its temporary files in memory and on disk, in the sandbox cold and warm."""
    (place / "test_rows.py").write_text(_TEST)
    line = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_rows.py")
    mounts = python_mounts(Path(sys.executable))
    command = Command(argv=line, workspace=place, mounts=mounts, limits=Limits(wall_time_s=300.0))
    disk, memory = place / "tmp", Path("/dev/shm")  # noqa: S108

    def bare(temporary: Path) -> Action:
        async def action() -> None:
            temporary.mkdir(exist_ok=True)
            environment = {"PATH": "/usr/bin:/bin", "TMPDIR": str(temporary), "HOME": "/nonexistent"}
            environment["PYTHONDONTWRITEBYTECODE"] = "1"
            await asyncio.to_thread(subprocess.run, line, cwd=place, env=environment, check=True, capture_output=True)

        return action

    async def cold() -> None:
        result = await sandbox.run(command)
        assert result.exit_status == 0, result

    async with sandbox.warm(command) as warm:

        async def again() -> None:
            assert (await warm.run(command)).exit_status == 0

        actions: dict[str, Action] = {"bare, files in memory": bare(memory), "bare, files on disk": bare(disk)}
        actions |= {"journeyman, cold": cold, "journeyman, warm": again}
        show(await interleaved(actions, max(3, runs // 4)), bare="bare, files in memory")
