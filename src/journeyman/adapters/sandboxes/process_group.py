"""One command as an ordinary process group of this machine, for drivers that have no namespaces.

Everything here is weaker than it looks: a process that leaves its group between two looks lives on, and the
limits of the whole tree are looked at, not enforced.
"""

import asyncio
import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from journeyman.adapters.sandboxes.arguments import REPORT_VARIABLE
from journeyman.adapters.sandboxes.mounts import WORKSPACE
from journeyman.domain.command import Command, CommandResult, Ending
from journeyman.domain.errors import AdapterError, UserError
from journeyman.ports.sandbox import Listener

WEAKER = (
    "a process that leaves its session at once outlives its command",
    "memory and the number of processes are looked at four times a second, not enforced",
    "what is written to the disk is bounded for each file only",
    "paths are this machine's: /work and mounts are replaced by them in what a command is given",
)

_LOOK_EVERY_S = 0.25
_PS_TIMEOUT_S = 5.0
_PIECE_BYTES = 65536
_LAST_OUTPUT_S = 0.5
_KILLED = 137
_FSIZE_UNIT_BYTES = 512  # of POSIX's `ulimit -f`
_LIMITED = 'ulimit -c 0; ulimit -n "$1"; ulimit -f "$2"; shift 2; exec "$@"'


def on_this_machine(command: Command) -> Command:
    """Return the command with this machine's paths where it names those of a sandbox: /work, and its mounts.

    A path that this machine has under that very name, and the workspace has not, is left alone.
    """
    places = {str(WORKSPACE): command.workspace}
    places |= {mount.target: mount.source for mount in command.mounts if mount.target != str(mount.source)}
    names = "|".join(re.escape(name) for name in sorted(places, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w./-])({names})(?![\w.-])([^\s\"':;,]*)")

    def place(found: re.Match[str]) -> str:
        here = f"{places[found[1]]}{found[2]}"
        return found[0] if Path(found[0]).exists() and not Path(here).exists() else here

    def mend(text: str) -> str:
        return pattern.sub(place, text)

    return replace(
        command,
        argv=tuple(map(mend, command.argv)),
        env=tuple((name, mend(value)) for name, value in command.env),
        stdin=os.fsencode(mend(os.fsdecode(command.stdin))),
    )


@dataclass(slots=True)
class _Kept:
    limit_bytes: int
    listener: Listener | None = None
    data: bytearray = field(default_factory=bytearray)

    async def read(self, reader: asyncio.StreamReader) -> Ending | None:
        """Keep what arrives, until there is no more or too much."""
        while piece := await reader.read(_PIECE_BYTES):
            kept = piece[: self.limit_bytes - len(self.data)]
            self.data += kept
            if self.listener and kept:
                await self.listener(kept)
            if len(kept) < len(piece):
                return Ending.OUTPUT_TRUNCATED
        return None


async def run_group(
    command: Command,
    *,
    prefix: tuple[str, ...],
    environment: Mapping[str, str],
    listener: Listener | None,
    label: str,
) -> CommandResult:
    """Run a command, behind the words of `prefix`, until it ends or must be ended; then kill its group.

    Raises:
        AdapterError: it could not be started.
        UserError: it is empty or holds a NUL.
    """
    values = {**environment, **dict(command.env)}
    words = [part for pair in values.items() for part in pair]
    if not command.argv or any("\0" in part for part in (*command.argv, *words)):
        raise UserError("a command must have a name, and no NUL in it, its arguments or its environment")
    output, report = _Kept(command.limits.output_bytes, listener), _Kept(command.limits.output_bytes)
    started = time.monotonic()
    async with AsyncExitStack() as stack:
        reading, stdout = await _pipe(stack, output)
        readings, inherited = [reading], [stdout]
        if command.report:
            reading, told = await _pipe(stack, report)
            readings, inherited = [*readings, reading], [stdout, told]
            values[REPORT_VARIABLE] = str(told)
        process = await _spawn(command, prefix, values, inherited)
        group = _Group(process.pid)
        try:
            ending = await _watch(process, command, group, readings)
        finally:
            group.kill()
            await asyncio.shield(process.wait())
    code = process.returncode or 0
    return CommandResult(
        ending=ending or Ending.EXITED,
        exit_status=_KILLED if ending else 128 - code if code < 0 else code,
        output=bytes(output.data),
        report=bytes(report.data),
        duration_s=time.monotonic() - started,
        sandbox=label,
    )


async def _pipe(stack: AsyncExitStack, kept: _Kept) -> tuple["asyncio.Task[Ending | None]", int]:
    """Return (the task that reads a pipe, the end to write to, which is closed after the command has it)."""
    ours, theirs = os.pipe()
    stack.callback(_close, theirs)
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    file = os.fdopen(ours, "rb", buffering=0)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, file)
    stack.callback(transport.close)
    return asyncio.create_task(kept.read(reader)), theirs


def _close(descriptor: int) -> None:
    with suppress(OSError):
        os.close(descriptor)


async def _spawn(
    command: Command, prefix: tuple[str, ...], values: Mapping[str, str], inherited: list[int]
) -> asyncio.subprocess.Process:
    """Start a command whose output goes to the first of the inherited descriptors; close them here."""
    limits = command.limits
    ceilings = (str(limits.open_files), str(max(1, limits.file_size_bytes // _FSIZE_UNIT_BYTES)))
    line = ("/bin/sh", "-c", _LIMITED, "sh", *ceilings, *prefix, *command.argv)
    try:
        return await asyncio.create_subprocess_exec(
            *line,
            stdin=asyncio.subprocess.PIPE if command.stdin else asyncio.subprocess.DEVNULL,
            stdout=inherited[0],
            stderr=inherited[0],
            cwd=command.workspace,
            env=dict(values),
            pass_fds=tuple(inherited[1:]),
            start_new_session=True,
        )
    except OSError as error:
        raise AdapterError(f"the command could not be started: {error}") from error
    finally:
        for descriptor in inherited:
            os.close(descriptor)


async def _watch(
    process: asyncio.subprocess.Process,
    command: Command,
    group: "_Group",
    readings: list["asyncio.Task[Ending | None]"],
) -> Ending | None:
    """Return why the command must end, None when it has ended by itself."""
    feeding = asyncio.create_task(_feed(process, command.stdin))
    looking = asyncio.create_task(group.look(command))
    exiting = asyncio.create_task(_exited(process))
    pending: set[asyncio.Task[Ending | None]] = {*readings, looking, exiting}
    deadline = time.monotonic() + command.limits.wall_time_s
    try:
        while not exiting.done():
            timeout = max(0.0, deadline - time.monotonic())
            done, pending = await asyncio.wait(pending, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                return Ending.TIMED_OUT
            for task in done:
                if reason := task.result():
                    return reason
        group.kill()
        done, _ = await asyncio.wait(readings, timeout=_LAST_OUTPUT_S)
        return next((reason for task in done if (reason := task.result())), None)
    finally:
        tasks = (*readings, feeding, looking, exiting)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _exited(process: asyncio.subprocess.Process) -> Ending | None:
    """Wait for the process alone: `wait` also waits for its input to be taken."""
    await process.wait()
    return None


async def _feed(process: asyncio.subprocess.Process, data: bytes) -> None:
    if process.stdin is not None:
        with suppress(ConnectionError):
            process.stdin.write(data)
            await process.stdin.drain()
        process.stdin.close()


class _Group:
    """A session, the groups that came out of it as far as they were seen, and their limits."""

    def __init__(self, leader: int) -> None:
        self._groups = {leader}
        self._members: set[int] = {leader}

    async def look(self, command: Command) -> Ending | None:
        """Return the limit that was reached; never before one was."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            memory_bytes = await self._take_stock()
            if memory_bytes > command.limits.memory_bytes:
                return Ending.OUT_OF_MEMORY
            if len(self._members) > command.limits.processes:
                return Ending.TOO_MANY_PROCESSES

    def kill(self) -> None:
        """Kill every group that was seen."""
        for group in self._groups:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)

    async def _take_stock(self) -> int:
        """Find the members; return the bytes they have resident, shared ones counted each time."""
        said = await asyncio.to_thread(_processes)
        rows = [tuple(map(int, line.split())) for line in said.splitlines() if len(line.split()) == 4]
        self._members = {pid for pid, _, group, _ in rows if group in self._groups}
        # Rows come by process id, and a child mostly has the higher one: one more pass catches the rest.
        for pid, parent, group, _ in rows + rows:
            if parent in self._members:
                self._members.add(pid)
                self._groups.add(group)
        return sum(kib * 1024 for pid, _, _, kib in rows if pid in self._members)


def _processes() -> bytes:
    """Return (pid, parent, group, resident KiB) of every process, a line each; empty where there is no `ps`."""
    command = ["ps", "-axo", "pid=,ppid=,pgid=,rss="]
    try:
        return subprocess.run(command, capture_output=True, timeout=_PS_TIMEOUT_S, check=False, env={}).stdout
    except (OSError, subprocess.SubprocessError):
        return b""
