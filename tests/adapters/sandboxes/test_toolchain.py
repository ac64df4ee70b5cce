"""An interpreter of the host runs inside, however many links lead to it."""

import sys
import venv
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.bubblewrap import open_sandbox
from journeyman.adapters.sandboxes.toolchain import python_mounts
from journeyman.domain.command import Command
from journeyman.domain.errors import UserError
from journeyman.ports.sandbox import Sandbox
from journeyman.settings import load_settings

BASE = Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with open_sandbox("", load_settings(environment={})) as opened:
        yield opened


async def prefix_inside(sandbox: Sandbox, interpreter: Path, tmp_path: Path) -> str:
    (tmp_path / "workspace").mkdir()
    command = Command(
        argv=(str(interpreter), "-c", "import ssl, sqlite3, sys; print(sys.prefix)"),
        workspace=tmp_path / "workspace",
        mounts=python_mounts(interpreter),
    )
    result = await sandbox.run(command)
    assert result.exit_status == 0, result
    return result.output.decode().strip()


async def test_an_installation(sandbox: Sandbox, tmp_path: Path) -> None:
    assert await prefix_inside(sandbox, BASE, tmp_path) == sys.base_prefix


async def test_the_environment_of_the_tests_with_its_packages(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    command = Command(
        argv=(sys.executable, "-c", "import pytest; print(pytest.__version__)"),
        workspace=tmp_path / "workspace",
        mounts=python_mounts(Path(sys.executable)),
    )
    assert (await sandbox.run(command)).output.decode().strip() == pytest.__version__


async def test_a_virtual_environment_reached_through_linked_directories(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "installed").symlink_to(sys.base_prefix)
    venv.EnvBuilder(symlinks=True).create(tmp_path / "environment")
    python = tmp_path / "environment/bin/python"
    python.unlink()
    python.symlink_to("../../installed/bin/" + BASE.name)
    (tmp_path / "project").mkdir()
    (tmp_path / "project/.venv").symlink_to("../environment")
    seen = await prefix_inside(sandbox, tmp_path / "project/.venv/bin/python", tmp_path)
    assert seen == str(tmp_path / "project/.venv")


async def test_a_script_that_picks_a_python(sandbox: Sandbox, tmp_path: Path) -> None:
    shim = tmp_path / "shims/python3"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec {BASE} "$@"\n')
    shim.chmod(0o755)
    assert await prefix_inside(sandbox, shim, tmp_path) == sys.base_prefix


def test_a_link_in_the_home_directory_does_not_show_the_home_directory(tmp_path: Path) -> None:
    link = tmp_path / "home/bin/python"
    link.parent.mkdir(parents=True)
    link.symlink_to(BASE)
    targets = [Path(mount.target) for mount in python_mounts(link)]
    assert link in targets
    assert not any(tmp_path.is_relative_to(target) or target == link.parent.parent for target in targets)


def test_what_is_no_python_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\necho hello\n")
    script.chmod(0o755)
    for path in (script, tmp_path / "missing"):
        with pytest.raises(UserError, match="is not a Python"):
            python_mounts(path)
