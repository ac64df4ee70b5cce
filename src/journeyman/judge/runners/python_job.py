"""One run of a Python test tool: our script, the project's interpreter, sentinels before and behind."""

import asyncio
import json
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from journeyman.domain.command import Command, CommandResult, Limits, Mount
from journeyman.judge.measurement import Measurement, read_measurement
from journeyman.judge.runners.runner import Workbench
from journeyman.judge.sentinel import Seed, Sentinels, draw
from journeyman.judge.suite import Suite
from journeyman.settings import JudgeSettings

INSIDE = Path(__file__).parent.parent / "inside"
"""Our own part of what runs in the sandbox."""
OURS = "/opt/journeyman"
WORK = "/work"
REPORT_BYTES = 128 * 2**20
# Nothing is inherited. A fixed hash seed makes the same inputs take the same path twice.
_ENVIRONMENT = (
    ("PYTHONDONTWRITEBYTECODE", "1"),
    ("PYTHONHASHSEED", "0"),
    ("PYTHONNOUSERSITE", "1"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonJob:
    """What differs between the tools."""

    part: str
    """Module of `judge.inside` that starts the tool."""
    seed: Seed
    arguments: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    task: Mapping[str, object] = field(default_factory=dict)
    """What the part is told beside the paths of the sentinels."""


async def run_python(
    job: PythonJob, bench: Workbench, world: Path, suite: Suite, *, newcomers: tuple[str, ...] = ()
) -> tuple[CommandResult, Measurement]:
    """Run a suite once, from its root, in a world that is shown to it at `/work`."""
    root = place_of(suite)
    told: dict[str, object] = {"newcomers": newcomers, "root": root}
    told["roots"] = list(dict.fromkeys((f"{root}/src", root, f"{WORK}/src", WORK)))
    argv = (str(bench.interpreter), "-s", "-B", f"{OURS}/inside/start.py", job.part, *job.arguments)
    start = Start(argv=argv, mounts=bench.mounts, env=(*_ENVIRONMENT, *job.env), task={**job.task, **told})
    result, measurement = await run_between(draw(job.seed, files=2), start, bench, world)
    return result, measurement.told_from(suite.root)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How one of our scripts is started in a sandbox, whatever it is written in."""

    argv: tuple[str, ...]
    mounts: tuple[Mount, ...]
    env: tuple[tuple[str, str], ...]
    task: Mapping[str, object]
    """Told on standard input; the key, and where the sentinels are, are added."""


async def run_between(
    sentinels: Sentinels, start: Start, bench: Workbench, world: Path
) -> tuple[CommandResult, Measurement]:
    """Run a suite once with sentinels sown beside it, and read the report under its seal."""
    key = secrets.token_bytes(32)
    sown = bench.scratch_dir / f"sentinels-{secrets.token_hex(8)}"
    place = f"{OURS}/{secrets.token_hex(8)}"
    first, *_, last = (f"{place}/{name}" for name in (*sentinels.files, *sentinels.files))
    task = {**start.task, "key": key.hex(), "first": first, "last": last}
    command = Command(
        argv=start.argv,
        workspace=world,
        workspace_writable=bench.settings.world_writable,
        mounts=(*start.mounts, Mount(source=INSIDE, target=f"{OURS}/inside"), Mount(source=sown, target=place)),
        env=start.env,
        stdin=json.dumps(task).encode(),
        report=True,
        limits=limits_of(bench.settings),
    )
    try:
        await asyncio.to_thread(sentinels.plant, sown)
        result = await bench.sandbox.run(command)
    finally:
        await asyncio.to_thread(shutil.rmtree, sown, ignore_errors=True)
    return result, read_measurement(result, key=key, sentinels=sentinels)


def place_of(suite: Suite) -> str:
    """Return where a suite's root is shown."""
    return f"{WORK}/{suite.root}" if suite.root else WORK


def asked_of(suite: Suite) -> dict[str, object]:
    """Return what a part is told of the order and of the files to watch."""
    return {"order": suite.order, "watched": suite.watched}


def limits_of(settings: JudgeSettings) -> Limits:
    """Return the ceilings of one run of a suite."""
    return Limits(
        wall_time_s=settings.wall_time_s,
        memory_bytes=settings.memory_mb * 2**20,
        output_bytes=REPORT_BYTES,
    )
