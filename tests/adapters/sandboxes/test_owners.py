"""A workspace keeps its owner, whether the kernel can map owners or the files have to be lent."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.bubblewrap import SANDBOX_UID, BubblewrapSandbox, open_sandbox
from journeyman.adapters.sandboxes.owners import Owners
from journeyman.domain.command import Command
from journeyman.settings import load_settings

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs commands as somebody else")
OTHER = 64111


class WithoutMaps(Owners):
    """What there is on an old kernel or a network file system."""

    def _mapped(self, root: int) -> int | None:
        return None


@pytest.fixture(params=["mapped", "lent"])
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[BubblewrapSandbox]:
    async with open_sandbox("", load_settings(environment={})) as opened:
        lent = BubblewrapSandbox(replace(opened._host, owners=WithoutMaps(SANDBOX_UID)))
        yield lent if request.param == "lent" else opened


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "workspace"
    path.mkdir()
    (path / "file").write_text("own")
    return path


def owners(workspace: Path) -> set[tuple[int, int]]:
    found = [path.lstat() for path in (workspace, *workspace.rglob("*"))]
    return {(status.st_uid, status.st_gid) for status in found}


async def test_what_is_there_and_what_is_made_belongs_to_the_owner(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    for uid in (0, OTHER):
        for path in (workspace, *workspace.rglob("*")):
            os.lchown(path, uid, uid)
        script = "echo more >>file; mkdir -p d; echo x >d/new; ln -sf file link"
        result = await sandbox.run(Command(argv=("sh", "-c", script), workspace=workspace))
        assert (result.exit_status, result.output) == (0, b"")
        assert owners(workspace) == {(uid, uid)}
    assert (workspace / "file").read_text() == "ownmore\nmore\n"


async def test_commands_at_the_same_time_do_not_take_it_from_each_other(
    sandbox: BubblewrapSandbox, workspace: Path
) -> None:
    commands = [
        Command(argv=("sh", "-c", f"sleep 0.{n}; echo x >>file; touch made{n}"), workspace=workspace) for n in range(5)
    ]
    results = await asyncio.gather(*map(sandbox.run, commands))
    assert [result.exit_status for result in results] == [0] * 5
    assert owners(workspace) == {(0, 0)}


async def test_files_of_somebody_else_are_not_the_commands(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    (workspace / "theirs").write_text("theirs")
    os.chown(workspace / "theirs", OTHER, OTHER)
    (workspace / "theirs").chmod(0o644)
    await sandbox.run(Command(argv=("cat", "theirs"), workspace=workspace))
    found = (workspace / "theirs").stat()
    assert (found.st_uid, stat.S_IMODE(found.st_mode)) == (OTHER, 0o644)
