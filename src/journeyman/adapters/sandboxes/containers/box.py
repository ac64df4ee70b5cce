"""One container: made, filled with a workspace, run in, read back, removed."""

import asyncio
import secrets
import stat
import tempfile
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from journeyman.adapters.sandboxes.containers.daemon import Daemon
from journeyman.adapters.sandboxes.containers.execution import Ended, exec_body, execute
from journeyman.adapters.sandboxes.containers.gauge import Gauge, gauge_of
from journeyman.adapters.sandboxes.containers.image import COMMAND_UID, Image
from journeyman.adapters.sandboxes.containers.pack import Content, Owner, Stamp, pack, stamps
from journeyman.adapters.sandboxes.containers.specification import (
    GUARD_PROCESSES,
    Manner,
    command_user,
    room,
    specification,
)
from journeyman.adapters.sandboxes.containers.unpack import Caps, unpack
from journeyman.adapters.sandboxes.mounts import HOME, WORKSPACE, arrange, inside
from journeyman.domain.command import Command, CommandResult, Ending, Mount
from journeyman.domain.errors import AdapterError
from journeyman.ports.sandbox import Listener

_Answer = TypeVar("_Answer")
_KILLED = 137
_IN_MEMORY_BYTES = 64 * 2**20
_FULL_KIB = 64
# One signal reaches all that one user runs, at once and with no fork getting away; then the room that is left.
_SWEEP = f"kill -9 -1 2>/dev/null; df -Pk {WORKSPACE} /tmp {HOME} /dev/shm 2>/dev/null; exit 0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Yard:
    """What all containers of one sandbox share."""

    daemon: Daemon
    image: Image
    manner: Manner
    mounts: tuple[Mount, ...]
    """Shown in every container."""
    label: str


class Box:
    """A container for the commands of one world with the same limits, one at a time."""

    def __init__(self, yard: Yard, container: str, gauge: Gauge, *, content: Content) -> None:
        self.spent = False
        """Whether it can hold no further command."""
        self._yard = yard
        self._container = container
        self._gauge = gauge
        self._content = content
        self._seen: dict[str, Stamp] = {}

    async def run(self, command: Command, listener: Listener | None) -> CommandResult:
        """Run a command over the workspace as it is now, and read back what it left."""
        mounts = (*self._yard.image.mounts, *arrange((*self._yard.mounts, *command.mounts)))
        body = exec_body(command, inside(command.argv[0], mounts) if command.argv else "", path=self._yard.image.path)
        try:
            ended = await execute(
                self._yard.daemon, self._container, command, body=body, gauge=self._gauge, listener=listener
            )
            ended, kept = await self._settle(command, ended)
        except BaseException:
            self.spent = True
            raise
        if not kept and ended.ending is None:
            raise AdapterError("the container was lost before what the command left could be read back", retryable=True)
        return CommandResult(
            ending=ended.ending or Ending.EXITED,
            exit_status=_KILLED if ended.code is None else ended.code,
            output=ended.output,
            report=ended.report,
            duration_s=ended.duration_s,
            sandbox=self._yard.label,
        )

    async def follow(self, command: Command) -> bool:
        """Bring in what changed on the host since; False when that takes a new container."""
        now = await asyncio.to_thread(stamps, command.workspace)
        changed = frozenset(path for path, stamp in now.items() if self._seen.get(path) != stamp)
        kinds = (stat.S_IFMT(now[path][0]) == stat.S_IFMT(self._seen[path][0]) for path in changed & self._seen.keys())
        if self.spent or self._seen.keys() - now.keys() or not all(kinds):
            return False
        if changed:
            await fill(self._yard, self._container, command, only=changed)
            self._seen = now
        return True

    async def note(self, command: Command) -> None:
        """Remember what the workspace looks like, both here and inside."""
        self._seen = await asyncio.to_thread(stamps, command.workspace)

    async def _settle(self, command: Command, ended: Ended) -> tuple[Ended, bool]:
        """Leave nothing alive and read the workspace back; say whether that worked."""
        is_quiet = ended.code == 0 and self._gauge.holds_only(GUARD_PROCESSES)
        swept = "" if is_quiet else await self._sweep()
        if swept is None:
            self.spent = True
            if ended.ending is None and ended.code is None:
                ended = _with(ended, await self._gauge.reached() or Ending.KILLED)
            if not await self._freeze():
                return ended, not command.workspace_writable
        elif ended.ending is None and ended.code != 0 and (_is_full(swept) or _told_full(ended.output)):
            ended = _with(ended, Ending.DISK_FULL)
        if command.workspace_writable:
            await self._read_back(command)
            await self.note(command)
        return ended, True

    async def _sweep(self) -> str | None:
        """Kill everything that commands started; return what `df` says, None when it could not be done."""
        client, call = self._yard.daemon.client, self._yard.daemon.call
        try:
            made = await call(
                client.exec_create, self._container, ["/bin/sh", "-c", _SWEEP], user=command_user(), workdir="/"
            )
            said = await call(client.exec_start, made["Id"])
            code = (await call(client.exec_inspect, made["Id"]))["ExitCode"]
        except AdapterError:
            return None
        return bytes(said).decode(errors="replace") if code == 0 else None

    async def _freeze(self) -> bool:
        """Stop everything where it is, where a frozen container can be read from."""
        if self._yard.daemon.is_podman:
            return False
        try:
            await self._yard.daemon.call(self._yard.daemon.client.pause, self._container)
        except AdapterError:
            return False
        return True

    async def _read_back(self, command: Command) -> None:
        client = self._yard.daemon.client
        limits, content = command.limits, self._content
        caps = Caps(
            entries=limits.new_files + content.entries + 1,
            total_bytes=limits.disk_bytes + 2 * content.size_bytes + 2**20,
        )

        def fetch() -> None:
            chunks, _ = client.get_archive(self._container, str(WORKSPACE))
            unpack(chunks, command.workspace, caps=caps)

        await settled(self._yard.daemon.call(fetch))


@asynccontextmanager
async def boxed(yard: Yard, command: Command) -> AsyncIterator[Box]:
    """Hold a container that has the command's workspace in it; afterwards nothing of it is left."""
    daemon, client = yard.daemon, yard.daemon.client
    mounts = arrange((*yard.mounts, *command.mounts))
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as tar:
        content = await asyncio.to_thread(partial(pack, command.workspace, tar, owner=_owner(command)))
        space = room(command.limits, content, writable=command.workspace_writable)
        config = specification(yard.image, mounts, command.limits, space=space, manner=yard.manner)
        name = f"journeyman-{secrets.token_hex(8)}"
        try:
            await settled(daemon.call(client.create_container_from_config, config, name))
            async with daemon.stream(f"/containers/{name}/attach?stream=1&stdin=1"):
                await daemon.call(client.start, name)
                details: dict[str, Any] = await daemon.call(client.inspect_container, name)
                gauge = gauge_of(daemon, details)
                tar.seek(0)
                await daemon.call(client.put_archive, name, str(WORKSPACE), tar)
                box = Box(yard, str(details["Id"]), gauge, content=content)
                await box.note(command)
                yield box
        finally:
            await settled(_removed(daemon, name))


async def fill(yard: Yard, container: str, command: Command, *, only: frozenset[str]) -> None:
    """Put some entries of the workspace into a container that runs."""
    with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as tar:
        await asyncio.to_thread(partial(pack, command.workspace, tar, owner=_owner(command), only=only))
        tar.seek(0)
        await yard.daemon.call(yard.daemon.client.put_archive, container, str(WORKSPACE), tar)


async def settled(work: Coroutine[Any, Any, _Answer]) -> _Answer:
    """Wait for something that must not be left half done, however often we are cancelled; then be cancelled."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        task.exception()
        raise cancelled
    return task.result()


async def _removed(daemon: Daemon, name: str) -> None:
    with suppress(AdapterError):  # never made, or removed by somebody else
        await daemon.call(daemon.client.remove_container, name, force=True, v=True)


def _owner(command: Command) -> Owner:
    return Owner(uid=COMMAND_UID, may_write=command.workspace_writable)


def _is_full(said: str) -> bool:
    rows = [line.split() for line in said.splitlines()]
    return any(len(row) >= 4 and row[3].isdigit() and int(row[3]) < _FULL_KIB for row in rows)


def _told_full(output: bytes) -> bool:
    """Say whether a program that failed says so itself: what it removed at its end is room again."""
    return any(sign in output for sign in (b"No space left on device", b"ENOSPC"))


def _with(ended: Ended, ending: Ending) -> Ended:
    return Ended(ending=ending, code=ended.code, output=ended.output, report=ended.report, duration_s=ended.duration_s)
