"""The `bubblewrap` sandbox: Linux namespaces, seccomp and ceilings, without a daemon or an image."""

import asyncio
import logging
import os
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any, TypeVar

from journeyman.adapters.sandboxes import kernel
from journeyman.adapters.sandboxes.binary import find_binaries
from journeyman.adapters.sandboxes.ceilings import Ceilings
from journeyman.adapters.sandboxes.cgroups import find_cgroups
from journeyman.adapters.sandboxes.egress import Egress, way_out
from journeyman.adapters.sandboxes.guarded import guarded
from journeyman.adapters.sandboxes.host import Host
from journeyman.adapters.sandboxes.mounts import arrange, same_path
from journeyman.adapters.sandboxes.owners import Owners
from journeyman.adapters.sandboxes.supervise import supervise
from journeyman.adapters.sandboxes.tap import Tap, tapped
from journeyman.adapters.sandboxes.warm import World, hold
from journeyman.adapters.sandboxes.watched import WatchedCeilings
from journeyman.domain.command import Command, CommandResult
from journeyman.domain.errors import AdapterError, UserError
from journeyman.ports.sandbox import Declaration, Listener, Sandbox, one_world
from journeyman.settings import Settings

SANDBOX_UID = 64000
"""Whom commands run as when the product itself runs as root; needs no entry in /etc/passwd."""

_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)
_PROBE = "journeyman-probe-"
_REMEDY = (
    "Install bubblewrap 0.8 or newer from your distribution, let ordinary users make user namespaces "
    "(sysctl kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns, "
    "user.max_user_namespaces; in a container: its seccomp profile), or name a binary as `bubblewrap:/path/to/bwrap`."
)


_WATCHED = (
    "memory: no control group can be made here, so the sum over all processes is looked at again and again",
    "processes: the kernel counts them on Linux 5.14 and newer, a watchdog before",
)
_OLD = (
    "bubblewrap is older than 0.12: a mount below an attacker's directory would lead it outside (CVE-2026-87766); "
    "no mount is ever made there, so nothing here depends on it"
)
_SHARED_KERNEL = "the kernel is the host's: a mistake in what the filter leaves open is a way out"
_MENDED_IN = (0, 12)


class BubblewrapSandbox:
    """Runs commands with bubblewrap; any number at a time."""

    def __init__(self, host: Host, egress: Egress | None = None, world: World | None = None) -> None:
        self.declaration = Declaration(driver=host.label, weaker=_weaker(host))
        self._host = host
        self._egress = egress or Egress()
        self._world = world
        self._layers: bool | None = None

    async def run(self, command: Command, *, listener: Listener | None = None) -> CommandResult:
        """Run one command (see `journeyman.ports.sandbox.Sandbox`)."""
        command = replace(command, workspace=_workspace(command.workspace))
        async with way_out(command, self._egress, shown=self._host.mounts) as way, tapped(listener) as tap:
            result = await self._run(way.command, tap)
        return replace(result, requests=way.requests)

    @asynccontextmanager
    async def warm(self, world: Command) -> AsyncIterator[Sandbox]:
        """Hold a world for many commands (see `journeyman.ports.sandbox.Sandbox`)."""
        if world.network.allow:  # a way out belongs to one command
            async with one_world(self, world) as warm:
                yield warm
            return
        async with self._standing(world) as standing:
            sandbox = BubblewrapSandbox(self._host, world=standing) if standing else self
            async with one_world(sandbox, world) as warm:
                yield warm

    @asynccontextmanager
    async def _standing(self, world: Command) -> AsyncIterator[World | None]:
        """Hold a world; None where this machine lets us build one and not enter it."""
        resolved = replace(world, workspace=_workspace(world.workspace))
        leave = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        ready: Future[World] = Future()
        held = asyncio.wrap_future(_in_own_thread(partial(hold, resolved, self._host, leave, ready)))
        standing = asyncio.wrap_future(ready)
        try:
            either: tuple[asyncio.Future[Any], ...] = (held, standing)
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if not standing.done():
                _warn(held.exception())
            yield standing.result() if standing.done() else None
        finally:
            os.eventfd_write(leave, 1)
            await _finished(held)
            standing.cancel()
            os.close(leave)

    async def layers(self) -> bool:
        """Say whether a workspace can be laid over a base here, after it has really been done once."""
        if self._layers is None:
            self._layers = await _probe_layers(self)
        return self._layers

    async def _run(self, command: Command, tap: Tap | None) -> CommandResult:
        cancelled = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        try:
            done = asyncio.wrap_future(
                _in_own_thread(partial(supervise, command, self._host, cancelled, tap, self._world))
            )
            try:
                return await asyncio.shield(done)
            except asyncio.CancelledError:
                os.eventfd_write(cancelled, 1)
                await _finished(done)
                raise
            except OSError as error:
                raise AdapterError(f"the sandbox could not be made: {error}", retryable=True) from error
        finally:
            os.close(cancelled)


@asynccontextmanager
async def open_sandbox(rest: str, settings: Settings) -> AsyncIterator[BubblewrapSandbox]:
    """Open the sandbox `bubblewrap:` or `bubblewrap:/path/to/bwrap`, after it has really run a command.

    Raises:
        UserError: no bubblewrap works here, or a mount of the settings is impossible; says what would help.
    """
    mounts = arrange(same_path(Path(source)) for source in settings.sandbox.mounts)
    egress = Egress(private_hosts=frozenset(settings.sandbox.private_hosts))
    failures = []
    with _owners() as owners, guarded() as name:
        for binary in await asyncio.to_thread(find_binaries, rest):
            # Groups may be made and yet not entered; some kernels refuse --disable-userns (seccomp does it anyway).
            for ceilings, disable_userns in product(await asyncio.to_thread(_ceilings), (True, False)):
                host = Host(
                    binary=binary,
                    ceilings=ceilings,
                    mounts=mounts,
                    owners=owners,
                    name=name,
                    disable_userns=disable_userns,
                )
                sandbox = BubblewrapSandbox(host, egress)
                failure = await _probe(sandbox)
                if failure is None:
                    with kernel.adopted_orphans():
                        yield sandbox
                    return
                failures.append(f"{binary.path} ({binary.version}): {failure}")
    raise UserError("\n".join(["no sandbox works on this machine", *dict.fromkeys(failures)]), remedy=_REMEDY)


@contextmanager
def _owners() -> Iterator[Owners | None]:
    if os.geteuid() != 0:
        yield None
        return
    with closing(Owners(SANDBOX_UID)) as owners:
        yield owners


def _weaker(host: Host) -> tuple[str, ...]:
    watched = _WATCHED if isinstance(host.ceilings, WatchedCeilings) else ()
    major, minor = host.binary.version.split(".")[:2]
    old = (_OLD,) if (int(major), int(minor)) < _MENDED_IN else ()
    return (*watched, *old, _SHARED_KERNEL)


def _ceilings() -> tuple[Ceilings, ...]:
    cgroups = find_cgroups()
    return (cgroups, WatchedCeilings()) if cgroups else (WatchedCeilings(),)


async def _probe(sandbox: BubblewrapSandbox) -> str | None:
    """Run `true` with the full argument list; return what went wrong."""
    _sweep()
    with tempfile.TemporaryDirectory(prefix=f"{_PROBE}{os.getpid()}-") as workspace:
        try:
            result = await sandbox.run(Command(argv=("true",), workspace=Path(workspace)))
        except AdapterError as error:
            return str(error)
    return None if result.exit_status == 0 else result.output.decode(errors="replace").strip() or result.ending


async def _probe_layers(sandbox: BubblewrapSandbox) -> bool:
    """Lay a workspace over a base, change a file of the base, and look where the change is."""
    with tempfile.TemporaryDirectory(prefix="journeyman-probe-") as place:
        base, layer = Path(place, "base"), Path(place, "layer")
        for directory in (base, layer / "upper", layer / "work"):
            directory.mkdir(parents=True)
        (base / "file").write_text("old")
        try:
            await sandbox.run(Command(argv=("sh", "-c", "echo new >file"), workspace=layer, base=base))
        except AdapterError:
            return False
        changed = layer / "upper/file"
        return (base / "file").read_text() == "old" and changed.is_file() and changed.read_text() == "new\n"


def _warn(failure: BaseException | None) -> None:
    if not isinstance(failure, AdapterError | OSError):
        raise failure or AssertionError
    _log.warning("sandboxes cannot be kept warm here, so each command gets a new one: %s", failure)


def _sweep() -> None:
    """Remove the probes of processes that were killed."""
    for left in Path(tempfile.gettempdir()).glob(f"{_PROBE}*-*"):
        pid = left.name.removeprefix(_PROBE).partition("-")[0]
        if pid.isdigit() and not Path("/proc", pid).exists():
            with suppress(OSError):  # somebody else's, or gone already
                left.rmdir()


def _workspace(path: Path) -> Path:
    try:
        resolved = path.resolve(strict=True)
    except OSError as error:
        raise AdapterError(f"the workspace {path} cannot be used: {error.strerror}") from error
    if not resolved.is_dir():
        raise AdapterError(f"the workspace {path} is not a directory")
    return resolved


def _in_own_thread(work: Callable[[], _Result]) -> "Future[_Result]":
    """Start work in a thread that nobody else uses before or after."""
    future: Future[_Result] = Future()

    def body() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed to whoever awaits the future
            future.set_exception(error)

    threading.Thread(target=body, name="sandbox", daemon=True).start()
    return future


async def _finished(done: "asyncio.Future[_Result]") -> None:
    """Wait however often we are told not to: what was started must be dead before we go on."""
    while not done.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait({done})
    done.exception()
