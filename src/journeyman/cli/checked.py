"""What `journeyman sandbox check` does: the shipped conformance suite, against this machine."""

import re
import sys
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from journeyman.adapters.sandboxes.toolchain import python_mounts
from journeyman.assembly import open_sandbox
from journeyman.cli.sandboxed import with_driver
from journeyman.cli.signalled import run_until_signalled
from journeyman.domain.command import Command
from journeyman.domain.errors import JourneymanError
from journeyman.ports.sandbox import Sandbox
from journeyman.settings import Settings, load_settings
from journeyman.testing.conformance.sandbox import Point, SandboxConformance, points_of
from journeyman.testing.conformance.sandbox.programs import SandboxPrograms

_DETAIL_MAX = 200
_WATCHED = (
    "memory: no control group can be made here, so the sum over all processes is looked at again and again",
    "processes: the kernel counts them on Linux 5.14 and newer, a watchdog before",
)
_OLD = (
    "bubblewrap is older than 0.12: a mount below an attacker's directory would lead it outside (CVE-2026-87766); "
    "no mount is ever made there, so nothing here depends on it"
)
_SHARED_KERNEL = "the kernel is the host's: a mistake in what the filter leaves open is a way out"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointResult:
    """One point of the suite."""

    name: str
    area: str
    title: str
    holds: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was found."""

    driver: str
    holds: bool
    weaker: tuple[str, ...]
    """What holds, though less strictly than elsewhere, and why."""
    points: tuple[PointResult, ...]


def check_sandbox(*, driver: str, only: str, say: Callable[[str], None]) -> Checked:
    """Run the suite; `say` is told each line as it is known.

    Raises:
        UserError: the driver does not work here.
    """
    return run_until_signalled(_check(with_driver(load_settings(), driver), only, say))


async def _check(settings: Settings, only: str, say: Callable[[str], None]) -> Checked:
    suite = _here()
    found: list[PointResult] = []
    async with AsyncExitStack() as stack:
        sandbox = await open_sandbox(settings, stack)
        driver = await _label(sandbox)
        say(f"{driver}")
        for point in points_of(suite):
            if only in point.name or only == point.area:
                found.append(await _try(point, sandbox))
                say(_line(found[-1]))
    return Checked(
        driver=driver,
        holds=all(point.holds for point in found),
        weaker=weaknesses(driver),
        points=tuple(found),
    )


def _here() -> SandboxPrograms:
    """Return the suite, with the Python that runs this shown inside."""
    interpreter = Path(sys.executable)
    given = {"interpreter": str(interpreter), "mounts": python_mounts(interpreter)}
    suite: SandboxPrograms = type("Here", (SandboxConformance,), given)()
    return suite


async def _label(sandbox: Sandbox) -> str:
    with tempfile.TemporaryDirectory(prefix="journeyman-check-") as directory:
        return (await sandbox.run(Command(argv=("true",), workspace=Path(directory)))).sandbox


async def _try(point: Point, sandbox: Sandbox) -> PointResult:
    with tempfile.TemporaryDirectory(prefix="journeyman-check-", ignore_cleanup_errors=True) as directory:
        workspace = Path(directory, "workspace")
        workspace.mkdir()
        detail = ""
        try:
            await point.check(sandbox, workspace)
        except (AssertionError, JourneymanError, OSError, ValueError) as error:
            detail = str(error).strip().splitlines()[0][:_DETAIL_MAX] if str(error).strip() else type(error).__name__
    return PointResult(name=point.name, area=point.area, title=point.title, holds=not detail, detail=detail)


def _line(point: PointResult) -> str:
    word = "holds" if point.holds else "FAILS"
    return f"{word}  {point.area:<14}  {point.title}" + (f"\n       {point.detail}" if point.detail else "")


def weaknesses(driver: str) -> tuple[str, ...]:
    """Say what a driver holds less strictly than it could, by what it calls itself."""
    found = [] if "watchdog" not in driver else list(_WATCHED)
    old = re.match(r"bubblewrap 0\.(\d+)\.", driver)
    if old and int(old[1]) < 12:
        found.append(_OLD)
    return (*found, _SHARED_KERNEL) if driver.startswith("bubblewrap") else tuple(found)
