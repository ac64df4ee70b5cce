"""Test tools as processes of their own: what they say is carried out under seal and read here."""

import asyncio
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from journeyman.domain.command import Command, CommandResult, Ending, Limits, Mount
from journeyman.domain.toolchain import Toolchain
from journeyman.domain.verification import TestOutcome, TestResult
from journeyman.judge.measurement import Measurement
from journeyman.judge.runners.python_job import INSIDE, OURS, REPORT_BYTES, limits_of
from journeyman.judge.runners.runner import Workbench
from journeyman.judge.sealed import BROKEN, unseal
from journeyman.judge.sentinel import EXIT_STATUS, Sentinels

_TAIL_CHARS = 4000
_MESSAGE_CHARS = 6000
_DISK_FACTOR = 4
"""A container gives `/tmp` a fourth of what may be written in all."""
_BAD = frozenset({TestOutcome.FAILED, TestOutcome.ERROR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One process."""

    argv: tuple[str, ...]
    cwd: str
    """Inside."""
    name: str = ""
    needed: bool = False
    """When it fails the steps behind it are not run."""
    lists: bool = False
    """Its words name test programs, each of which becomes two steps: see `rust_runner`."""
    loud: bool = False
    """Its words are output for people as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What is to be run over one world."""

    steps: tuple[Step, ...]
    tool: Toolchain
    env: tuple[tuple[str, str], ...] = ()
    task: Mapping[str, object] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    """Patterns of files to bring along at the end."""
    copy: tuple[str, str] | None = None
    """Copy one directory to another place first, where the tool may write."""
    writable: bool = False
    builds: bool = False
    """It compiles the project, in `/tmp`: `[judge] build_mb` is for that."""
    processes: int = 512


@dataclass(slots=True, kw_only=True)
class Told:
    """What one step said."""

    name: str
    lines: list[str] = field(default_factory=list)
    status: int | None = None
    """None when it did not end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What came back."""

    result: CommandResult
    steps: tuple[Told, ...]
    files: Mapping[str, str]
    flaws: tuple[str, ...]
    ended: bool
    """The courier itself came to its end."""

    def measured(
        self,
        results: tuple[TestResult, ...],
        sentinels: Sentinels | None,
        *,
        flaws: tuple[str, ...] = (),
        running: str = "",
    ) -> Measurement:
        """Return the measurement these results make; sentinels among them are told apart here."""
        own = tuple(r for r in results if sentinels is not None and sentinels.own(r.node_id))
        theirs = tuple(r for r in results if sentinels is None or not sentinels.own(r.node_id))
        failing = any(step.status not in {0, None} for step in self.steps)
        honest = (sentinels.honest(own) if sentinels else frozenset()) | ({EXIT_STATUS} if failing else set())
        return Measurement(
            results=theirs,
            ending=self.result.ending,
            complete=self.ended,
            status=int(any(r.outcome in _BAD for r in results)),
            running=running,
            flaws=(*self.flaws, *flaws),
            sown=sentinels.kinds if sentinels else frozenset(),
            honest=frozenset(honest) if sentinels else frozenset(),
            unheard=sentinels.unheard(own) if sentinels else frozenset(),
            duration_s=self.result.duration_s,
            output=self.result.output.decode("utf-8", "replace")[-_TAIL_CHARS:],
        )


async def send_out(journey: Journey, bench: Workbench, world: Path) -> Carried:
    """Run a journey over a world shown at `/work`; the courier is our own Python."""
    key = secrets.token_bytes(32)
    steps = [
        {"argv": s.argv, "cwd": s.cwd, "name": s.name, "needed": s.needed, "lists": s.lists, "loud": s.loud}
        for s in journey.steps
    ]
    task = {**journey.task, "key": key.hex(), "steps": steps, "files": journey.files, "copy": journey.copy}
    ceilings = limits_of(bench.settings)
    building = bench.settings.build_mb * 2**20 if journey.builds else 0
    command = Command(
        argv=(str(bench.interpreter), "-I", "-B", f"{OURS}/inside/start.py", "courier_part"),
        workspace=world,
        workspace_writable=journey.writable or bench.settings.world_writable,
        mounts=(*bench.mounts, *journey.tool.mounts, Mount(source=INSIDE, target=f"{OURS}/inside")),
        env=(*journey.tool.env, *journey.env),
        stdin=json.dumps(task).encode(),
        report=True,
        limits=Limits(
            wall_time_s=ceilings.wall_time_s,
            memory_bytes=ceilings.memory_bytes + building,
            disk_bytes=max(ceilings.disk_bytes, _DISK_FACTOR * building),
            temporary_bytes=max(ceilings.temporary_bytes, building),
            processes=journey.processes,
            output_bytes=REPORT_BYTES,
        ),
    )
    result = await bench.sandbox.run(command)
    return _read(result, key)


def _read(result: CommandResult, key: bytes) -> Carried:
    steps: list[Told] = []
    files: dict[str, str] = {}
    flaws: list[str] = []
    ended = False
    for fields in unseal(result.report, key):
        match fields:
            case ["step", _, name]:
                steps.append(Told(name=name))
            case ["line", _, text]:
                steps[-1].lines.append(text)
            case ["status", _, status]:
                steps[-1].status = int(status)
            case ["file", path, content]:
                files[path] = content
            case ["end", _, _]:
                ended = True
            case _:
                flaws.append(BROKEN)
    ended = ended and result.ending is Ending.EXITED
    return Carried(result=result, steps=tuple(steps), files=files, flaws=tuple(flaws), ended=ended)


@contextmanager
def sown_into(world: Path, files: Mapping[str, bytes], endings: Mapping[str, bytes]) -> Iterator[None]:
    """Write new files into a world, and add to the end of others; all is as it was afterwards."""
    before: dict[Path, bytes] = {}
    try:
        for path, content in files.items():
            (world / path).write_bytes(content)
        for path, ending in endings.items():
            place = world / path
            before[place] = place.read_bytes()
            place.write_bytes(before[place] + ending)
        yield
    finally:
        for path in files:
            (world / path).unlink(missing_ok=True)
        for place, content in before.items():
            place.write_bytes(content)


def told(
    node_id: str, outcome: TestOutcome, *, duration_s: float = 0.0, lines: tuple[str, ...] | list[str] = ()
) -> TestResult:
    """Return a result; its message's first telling line is marked as pytest marks it, so that one reader serves all."""
    text = "\n".join(lines).strip()[-_MESSAGE_CHARS:]
    head = next((line.strip() for line in text.splitlines() if line.strip()), "")
    message = f"{text}\nE   {head}" if head else ""
    return TestResult(node_id=node_id, outcome=outcome, duration_s=duration_s, message=message)


async def files_of(world: Path) -> tuple[str, ...]:
    """Return every file of a world, as paths from its root, sorted."""
    return await asyncio.to_thread(
        lambda: tuple(sorted(p.relative_to(world).as_posix() for p in world.rglob("*") if p.is_file()))
    )
