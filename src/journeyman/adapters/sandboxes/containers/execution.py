"""One command in a container that runs already: its streams, its limits, its end."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from journeyman.adapters.sandboxes.arguments import REPORT_VARIABLE
from journeyman.adapters.sandboxes.containers.daemon import Daemon, frames
from journeyman.adapters.sandboxes.containers.gauge import Gauge
from journeyman.adapters.sandboxes.containers.specification import command_user
from journeyman.adapters.sandboxes.mounts import HOME, WORKSPACE
from journeyman.domain.command import Command, Ending
from journeyman.domain.errors import AdapterError, UserError
from journeyman.ports.sandbox import Listener

_LOOK_EVERY_S = 0.1
_SOON_S = 0.005
_LAST_OUTPUT_S = 0.5
_STDOUT, _STDERR = 1, 2
# A container's two streams are carried apart: the first takes all output in order, the second the report.
_PLAIN = 'exec env -i "$@" 2>&1'
_REPORTING = 'exec 3>&2 2>&1; exec env -i "$@"'


@dataclass(slots=True, kw_only=True)
class _Kept:
    """The beginning of a stream."""

    limit_bytes: int
    data: bytearray = field(default_factory=bytearray)
    overflowed: bool = False

    def keep(self, piece: bytes) -> bytes:
        kept = piece[: self.limit_bytes - len(self.data)]
        self.data += kept
        self.overflowed = self.overflowed or len(kept) < len(piece)
        return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How an execution went."""

    ending: Ending | None
    """None when it ended by itself."""
    code: int | None
    output: bytes
    report: bytes
    duration_s: float


def exec_body(command: Command, program: str, *, path: str) -> dict[str, Any]:
    """Return what the daemon is told of a command.

    Raises:
        UserError: the command is empty, holds a NUL, or its name looks like a variable.
    """
    values = {"PATH": path, "HOME": str(HOME), "TMPDIR": "/tmp", "LANG": "C.UTF-8"} | dict(command.env)  # noqa: S108
    if command.report:
        values[REPORT_VARIABLE] = "3"
    variables = [f"{name}={value}" for name, value in values.items()]
    line = [*variables, program, *command.argv[1:]]
    if not program or "=" in program or any("\0" in part for part in line) or any("=" in name for name in values):
        raise UserError("a command must have a name without `=`, and no NUL in it, its arguments or its environment")
    script = _REPORTING if command.report else _PLAIN
    return {"cmd": ["/bin/sh", "-c", script, "sh", *line], "user": command_user(), "workdir": str(WORKSPACE)}


async def execute(
    daemon: Daemon, container: str, command: Command, *, body: dict[str, Any], gauge: Gauge, listener: Listener | None
) -> Ended:
    """Run a command and return when it has exited or must be ended; what it started may still be alive.

    Raises:
        AdapterError: the daemon refused.
    """
    made = await daemon.call(daemon.client.exec_create, container, **body, stdin=bool(command.stdin))
    number = str(made["Id"])
    output, report = (_Kept(limit_bytes=command.limits.output_bytes) for _ in range(2))
    await gauge.reset(command.limits.cpu_time_s)
    started = time.monotonic()
    async with daemon.stream(f"/exec/{number}/start", {"Detach": False, "Tty": False}) as (reader, writer):
        feeding = asyncio.create_task(_feed(writer, command.stdin))
        reading = asyncio.create_task(_read(reader, output, report if command.report else output, listener))
        looking = asyncio.create_task(_look(daemon, number, gauge))
        tasks = {reading, looking}
        try:
            done, _ = await asyncio.wait(tasks, timeout=command.limits.wall_time_s, return_when=asyncio.FIRST_COMPLETED)
            if looking in done and reading not in done:
                # It has exited and somebody else still holds its output: what is there already belongs to it.
                await asyncio.wait({reading}, timeout=_LAST_OUTPUT_S)
            ending = None if done else Ending.TIMED_OUT
            if reading.done():
                reading.result()  # what the listener raised
            if output.overflowed or report.overflowed:
                ending = Ending.OUTPUT_TRUNCATED
            elif looking.done():
                ending = looking.result()
        finally:
            for task in (feeding, *tasks):
                task.cancel()
            await asyncio.gather(feeding, *tasks, return_exceptions=True)
    code = await _exit_code(daemon, number) if ending is None else None
    return Ended(
        ending=ending or await gauge.reached(),
        code=code,
        output=bytes(output.data),
        report=bytes(report.data),
        duration_s=time.monotonic() - started,
    )


async def _feed(writer: asyncio.StreamWriter, data: bytes) -> None:
    if data:
        with suppress(ConnectionError):
            writer.write(data)
            await writer.drain()
            writer.write_eof()


async def _read(reader: asyncio.StreamReader, output: _Kept, other: _Kept, listener: Listener | None) -> None:
    async for stream, piece in frames(reader):
        into = other if stream == _STDERR else output
        kept = into.keep(piece)
        if listener and into is output and kept:
            await listener(kept)
        if into.overflowed:
            return


async def _look(daemon: Daemon, number: str, gauge: Gauge) -> Ending | None:
    """Return the limit that is reached, None when the command has exited."""
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        reached = await gauge.reached()
        if reached or not await _is_running(daemon, number):
            return reached


async def _is_running(daemon: Daemon, number: str) -> bool:
    try:
        return bool((await daemon.call(daemon.client.exec_inspect, number))["Running"])
    except AdapterError:  # the container is gone
        return False


async def _exit_code(daemon: Daemon, number: str) -> int | None:
    """Return the exit status; None when the container died instead."""
    try:
        while True:
            found = await daemon.call(daemon.client.exec_inspect, number)
            if not found["Running"]:
                return None if found["ExitCode"] is None else int(found["ExitCode"])
            await asyncio.sleep(_SOON_S)
    except AdapterError:
        return None
