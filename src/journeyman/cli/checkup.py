"""The check-up: each thing a run needs, really tried, with how to mend what fails."""

import asyncio
import platform
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from journeyman.assembly import open_project, open_sandbox, project_environment
from journeyman.domain.command import Command
from journeyman.domain.errors import JourneymanError, UserError
from journeyman.ports.sandbox import declaration_of
from journeyman.settings import FILE_NAME, Settings, load_settings

_ROOM_BYTES = 3 * 2**30


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that was tried."""

    name: str
    state: Literal["ok", "weak", "missing"]
    detail: str
    remedy: str = ""


async def checkup(repo: Path) -> tuple[Item, ...]:
    """Try everything; a failure of one thing never hides another."""
    settings = load_settings()
    trials: list[tuple[str, Callable[[], Awaitable[Item]]]] = [
        ("python", _python),
        ("git", _git),
        ("disk", lambda: _disk(settings)),
        ("sandbox", lambda: _sandbox(settings)),
        ("local model", lambda: _local_model(settings)),
        ("repository", lambda: _repository(repo)),
        ("tests", lambda: _tests(repo)),
    ]
    return tuple([await _tried(name, trial) for name, trial in trials])


async def _tried(name: str, trial: Callable[[], Awaitable[Item]]) -> Item:
    try:
        return await trial()
    except UserError as error:
        return Item(name=name, state="missing", detail=error.problem, remedy=error.remedy)
    except (JourneymanError, OSError) as error:
        return Item(name=name, state="missing", detail=str(error))


async def _python() -> Item:
    return Item(name="python", state="ok", detail=f"{platform.python_version()} at {sys.executable}")


async def _git() -> Item:
    if not (program := shutil.which("git")):
        raise UserError("git is not installed", remedy="Install git with your system's package manager.")
    process = await asyncio.create_subprocess_exec(program, "--version", stdout=asyncio.subprocess.PIPE, env={})
    output, _ = await process.communicate()
    return Item(name="git", state="ok", detail=output.decode().strip())


async def _disk(settings: Settings) -> Item:
    for folder in (settings.data_dir, settings.cache_dir):
        folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.cache_dir).free
    detail = f"{free / 2**30:.0f} GiB free at {settings.cache_dir}"
    if free < _ROOM_BYTES:
        return Item(name="disk", state="weak", detail=detail, remedy="A local model needs 1.2 GB; make room for 3 GB.")
    return Item(name="disk", state="ok", detail=detail)


async def _sandbox(settings: Settings) -> Item:
    async with AsyncExitStack() as stack:
        sandbox = await open_sandbox(settings, stack)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="journeyman-")))
        result = await sandbox.run(Command(argv=("true",), workspace=folder))
    if result.exit_status != 0:
        return Item(name="sandbox", state="missing", detail=f"`true` ended with {result.exit_status} in it")
    said = declaration_of(sandbox)
    told = "\n          ".join(said.lines[1:])
    if not said.confined:
        return Item(name="sandbox", state="weak", detail=said.driver, remedy=told)
    detail = f"{result.sandbox}; no network, empty environment"
    return Item(name="sandbox", state="weak" if said.passed_over else "ok", detail=detail, remedy=told)


async def _local_model(settings: Settings) -> Item:
    from journeyman.adapters.models.catalog import find_model
    from journeyman.adapters.models.weights import find_weights

    scheme, _, name = settings.model.name.partition(":")
    if scheme != "local":
        return Item(name="model", state="ok", detail=f"{settings.model.name} is configured; it is not called here")
    weights = await asyncio.to_thread(find_weights, find_model(name), settings.cache_dir)
    return Item(name="local model", state="ok", detail=f"{weights.name} at {weights.path}")


async def _repository(repo: Path) -> Item:
    project = await open_project(repo, base="HEAD")
    own = any(entry.path == FILE_NAME for entry in project.base.entries)
    detail = f"{len(project.base.entries)} files at {project.base.commit[:12]}"
    if not own:
        return Item(name="repository", state="weak", detail=detail, remedy="Run `journeyman init` and commit the file.")
    notes = "; ".join(project.notes)
    return Item(name="repository", state="weak" if notes else "ok", detail=detail, remedy=notes)


async def _tests(repo: Path) -> Item:
    project = await open_project(repo, base="HEAD")
    async with AsyncExitStack() as stack:
        sandbox = await open_sandbox(project.settings, stack)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="journeyman-")))
        environment = await project_environment(project, sandbox).get()
        interpreter = environment.interpreter
        argv = (str(interpreter), "-I", "-c", "import pytest; print(pytest.__version__)")
        command = Command(argv=argv, workspace=folder, mounts=environment.mounts)
        result = await sandbox.run(command)
    if result.exit_status != 0:
        raise UserError(
            f"{interpreter} has no pytest", remedy="Install it there, or set [judge] python in journeyman.toml."
        )
    detail = f"pytest {result.output.decode().strip()} in {interpreter}"
    return Item(name="tests", state="ok", detail=detail, remedy="; ".join(environment.notes))
