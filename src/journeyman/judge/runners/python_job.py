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
from journeyman.judge.sentinel import Seed, draw
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
    sentinels, key = draw(job.seed, files=2), secrets.token_bytes(32)
    sown = bench.scratch_dir / f"sentinels-{secrets.token_hex(8)}"
    place = f"{OURS}/{secrets.token_hex(8)}"
    first, last = (f"{place}/{name}" for name in sentinels.files)
    task = {**job.task, "key": key.hex(), "newcomers": newcomers, "first": first, "last": last}
    task["root"] = place_of(suite)
    task["roots"] = list(dict.fromkeys((f"{place_of(suite)}/src", place_of(suite), f"{WORK}/src", WORK)))
    command = Command(
        argv=(str(bench.interpreter), "-s", "-B", f"{OURS}/inside/start.py", job.part, *job.arguments),
        workspace=world,
        workspace_writable=bench.settings.world_writable,
        mounts=(*bench.mounts, Mount(source=INSIDE, target=f"{OURS}/inside"), Mount(source=sown, target=place)),
        env=(*_ENVIRONMENT, *job.env),
        stdin=json.dumps(task).encode(),
        report=True,
        limits=limits_of(bench.settings),
    )
    try:
        await asyncio.to_thread(sentinels.plant, sown)
        result = await bench.sandbox.run(command)
    finally:
        await asyncio.to_thread(shutil.rmtree, sown, ignore_errors=True)
    return result, read_measurement(result, key=key, sentinels=sentinels).told_from(suite.root)


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
