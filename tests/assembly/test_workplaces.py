"""Workplaces over the real repository and the real sandbox: what stays, what leads nowhere, what comes back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.acceptance.conftest import Machine

from journeyman.adapters.sandboxes.bubblewrap import open_sandbox
from journeyman.assembly.compose import open_project, project_environment
from journeyman.assembly.project import Project
from journeyman.assembly.workplaces import SandboxedWorkplaces
from journeyman.domain.command import CommandResult, Limits
from journeyman.domain.errors import UnsafeTreeError
from journeyman.ports.workplace import Workplace

pytestmark = pytest.mark.slow
LIMITS = Limits(wall_time_s=60)


@pytest.fixture
async def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("JOURNEYMAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("JOURNEYMAN_CACHE", str(tmp_path / "cache"))
    machine = Machine(tmp_path)
    machine.project()
    return await open_project(machine.repo)


@asynccontextmanager
async def opened(project: Project, scratch: Path) -> AsyncIterator[Workplace]:
    async with open_sandbox("", project.settings) as sandbox:
        environment = project_environment(project, sandbox)
        places = SandboxedWorkplaces(project.repository, sandbox, environment, base=project.base, scratch=scratch)
        async with places.open(project.base.tree) as place:
            yield place


async def sh(place: Workplace, script: str) -> CommandResult:
    return await place.run(("sh", "-c", script), limits=LIMITS)


async def test_files_stay_and_come_back_and_the_projects_python_is_there(project: Project, tmp_path: Path) -> None:
    async with opened(project, tmp_path / "scratch") as place:
        assert any("`python`" in fact for fact in place.facts)
        await sh(place, "echo 'x = 1' > shop/new.py; rm shop/__init__.py; mkdir .venv; (sleep 300 &)")
        assert (await sh(place, "cat shop/new.py; ps ax 2>/dev/null | grep -c 'sleep 300' || true")).output.startswith(
            b"x = 1\n"
        )
        assert (await sh(place, "python -c 'import pytest; print(1)'")).output == b"1\n"
        changes = {change.path: change.content for change in await place.changes()}
        assert changes == {"shop/new.py": b"x = 1\n", "shop/__init__.py": None}
    assert not list((tmp_path / "scratch").iterdir()), "a workplace is thrown away whole"


async def test_links_of_the_agent_lead_nowhere_on_the_host(project: Project, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the key of the house")
    async with opened(project, tmp_path / "scratch") as place:
        told = await sh(place, f"ln -s {secret} shop/link; cat shop/link; echo mine > shop/link; ls -d {tmp_path}")
        assert b"of the house" not in told.output
        with pytest.raises(UnsafeTreeError, match="symlink:shop/link"):
            await place.changes()
        await sh(place, "rm shop/link")
        assert await place.changes() == ()
    assert secret.read_text() == "the key of the house"


async def test_an_agent_that_deletes_everything_harms_itself_alone(project: Project, tmp_path: Path) -> None:
    async with opened(project, tmp_path / "scratch") as place:
        await sh(place, "rm -rf /work/* /work/.[a-z]* /tmp/*; kill -9 -1")
        assert (await sh(place, "echo still here")).output == b"still here\n"
        assert all(change.content is None for change in await place.changes())
    assert (project.path / "shop/cart.py").exists()
