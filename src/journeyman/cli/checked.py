"""What `journeyman sandbox check` does: the shipped conformance suite, against this machine."""

import inspect
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from journeyman.adapters.sandboxes.toolchain import python_mounts
from journeyman.assembly import open_sandbox
from journeyman.cli.sandboxed import with_driver
from journeyman.cli.signalled import run_until_signalled
from journeyman.ports.sandbox import Sandbox
from journeyman.settings import Settings, load_settings
from journeyman.testing.conformance.sandbox import SandboxConformance


@dataclass(frozen=True, slots=True, kw_only=True)
class PointResult:
    """One point of the suite."""

    area: str
    title: str
    holds: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found."""

    driver: str
    holds: bool
    points: tuple[PointResult, ...]


def check_sandbox(*, driver: str, only: str, say: Callable[[str], None]) -> Checked:
    """Run the suite; `say` is told each line as it is known.

    Raises:
        UserError: the driver does not work here.
    """
    return run_until_signalled(_check(with_driver(load_settings(), driver), only, say))


async def _check(settings: Settings, only: str, say: Callable[[str], None]) -> Checked:
    suite = type("Here", (SandboxConformance,), {"interpreter": sys.executable, "mounts": _mounts()})()
    found = []
    async with AsyncExitStack() as stack:
        sandbox = await open_sandbox(settings, stack)
        for name in sorted(name for name in dir(suite) if name.startswith("test_")):
            test = getattr(suite, name)
            if only in name and inspect.iscoroutinefunction(test):
                found.append(await _point(name.removeprefix("test_").replace("_", " "), test, sandbox))
                say(f"{'holds' if found[-1].holds else 'FAILS'}  {found[-1].title}  {found[-1].detail}".rstrip())
    return Checked(driver=settings.sandbox.driver, holds=all(point.holds for point in found), points=tuple(found))


def _mounts() -> object:
    return python_mounts(Path(sys.executable))


async def _point(title: str, test: Callable[..., Awaitable[None]], sandbox: Sandbox) -> PointResult:
    with tempfile.TemporaryDirectory(prefix="journeyman-check-") as directory:
        workspace = Path(directory, "workspace")
        workspace.mkdir()
        try:
            await test(sandbox, workspace)
        except AssertionError as error:
            return PointResult(area="", title=title, holds=False, detail=str(error)[:200])
    return PointResult(area="", title=title, holds=True)
