"""What `journeyman sandbox check` does: the shipped conformance suite, against this machine."""

import sys
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from journeyman.adapters.sandboxes.toolchain import python_mounts
from journeyman.assembly import open_sandbox
from journeyman.cli.signalled import run_until_signalled
from journeyman.domain.errors import JourneymanError
from journeyman.ports.sandbox import Sandbox, declaration_of
from journeyman.settings import Settings, load_settings
from journeyman.testing.conformance.sandbox import Point, SandboxConformance, points_of
from journeyman.testing.conformance.sandbox.programs import SandboxPrograms

_DETAIL_MAX = 200


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
    """As it calls itself."""
    holds: bool
    weaker: tuple[str, ...]
    """What it cannot enforce, and which stronger driver did not work, in its own words."""
    points: tuple[PointResult, ...]


def check_sandbox(*, driver: str, only: str, say: Callable[[str], None]) -> Checked:
    """Run the suite; `say` is told each line as it is known.

    Raises:
        UserError: the driver does not work here.
    """
    return run_until_signalled(_check(load_settings().with_driver(driver), only, say))


async def _check(settings: Settings, only: str, say: Callable[[str], None]) -> Checked:
    suite = _here()
    found: list[PointResult] = []
    async with AsyncExitStack() as stack:
        sandbox = await open_sandbox(settings, stack)
        said = declaration_of(sandbox)
        say(said.driver)
        for point in points_of(suite):
            if only in point.name or only == point.area:
                found.append(await _try(point, sandbox))
                say(_line(found[-1]))
    return Checked(
        driver=said.driver,
        holds=all(point.holds for point in found),
        weaker=(*said.passed_over, *said.weaker),
        points=tuple(found),
    )


def _here() -> SandboxPrograms:
    """Return the suite, with the Python that runs this shown inside."""
    interpreter = Path(sys.executable)
    given = {"interpreter": str(interpreter), "mounts": python_mounts(interpreter)}
    suite: SandboxPrograms = type("Here", (SandboxConformance,), given)()
    return suite


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
