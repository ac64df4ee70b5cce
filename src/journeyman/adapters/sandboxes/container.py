"""The `container` sandbox: a Docker or Podman daemon confines, the workspace travels in and out as a tar."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

from journeyman.adapters.sandboxes.containers.box import Box, Yard, boxed, settled
from journeyman.adapters.sandboxes.containers.daemon import Daemon, find_daemon
from journeyman.adapters.sandboxes.containers.image import Image, find_image
from journeyman.adapters.sandboxes.containers.reaper import reap
from journeyman.adapters.sandboxes.containers.seccomp_profile import seccomp_profile
from journeyman.adapters.sandboxes.containers.specification import Manner
from journeyman.adapters.sandboxes.mounts import arrange, same_path
from journeyman.domain.command import Command, CommandResult
from journeyman.domain.errors import AdapterError, UserError
from journeyman.ports.sandbox import Declaration, Listener, Sandbox
from journeyman.settings import Settings

_ALWAYS_WEAKER = (
    "whoever may talk to the daemon is root here: the product holds that right (commands never see the socket)",
    "files a command writes count as memory too, since its workspace and /tmp are in memory",
    "commands at the same time in one workspace do not see each other's files; the last one to end decides",
    "links that lead out of the workspace and special files do not come back",
    "system calls newer than the daemon's libseccomp are not filtered",
    "no host can be allowed: an environment that needs the network is built into the image",
)
_WRITABLE_PROC = (
    "a command may offer itself to the kernel's out-of-memory killer first (/proc/self/oom_score_adj is writable)"
)
_PODMAN = (
    "the number of files is not limited; after a fork bomb or a lost container nothing is read back; "
    "/etc/hosts names this machine"
)
_INEXACT = (
    "limits are read from the daemon's figures ten times a second: a short excess ends the command under another name"
)
_REMEDY = "Try the daemon by hand (docker run / podman run), or choose another driver in [sandbox] driver."


class ContainerSandbox:
    """Runs each command in a container of its own; any number at a time."""

    def __init__(self, yard: Yard, weaker: tuple[str, ...]) -> None:
        self.declaration = Declaration(driver=yard.label, weaker=weaker, allows_hosts=False)
        self._yard = yard

    async def run(self, command: Command, *, listener: Listener | None = None) -> CommandResult:
        """Run one command (see `journeyman.ports.sandbox.Sandbox`)."""
        command = _checked(command)
        async with boxed(self._yard, command) as box:
            return await box.run(command, listener)

    @asynccontextmanager
    async def warm(self, world: Command) -> AsyncIterator[Sandbox]:
        """Keep one container up for the commands of one world (see `journeyman.ports.sandbox.Sandbox`)."""
        async with AsyncExitStack() as stack:
            yield WarmContainer(self._yard, world, stack)


class WarmContainer:
    """Runs the commands of one world, one after the other, in a container that stays up between them.

    It is replaced when a command needs other limits, when it hit one, or when the host removed files.
    """

    def __init__(self, yard: Yard, world: Command, stack: AsyncExitStack) -> None:
        self._yard = yard
        self._world = world.world
        self._stack = stack
        self._box: Box | None = None
        self._limits = world.limits
        self._one_at_a_time = asyncio.Lock()

    async def run(self, command: Command, *, listener: Listener | None = None) -> CommandResult:
        """Run a command of this world."""
        if command.world != self._world:
            raise ValueError("a warm sandbox runs the commands of its own world alone")
        command = _checked(command)
        async with self._one_at_a_time:
            box = await self._up_to_date(command)
            try:
                return await box.run(command, listener)
            except BaseException:
                await settled(self._close())
                raise

    @asynccontextmanager
    async def warm(self, world: Command) -> AsyncIterator[Sandbox]:
        """Hold what is held already."""
        if world.world != self._world:
            raise ValueError("a warm sandbox runs the commands of its own world alone")
        yield self

    async def _up_to_date(self, command: Command) -> Box:
        if self._box is not None and self._limits == command.limits and await self._box.follow(command):
            return self._box
        await settled(self._close())
        self._limits = command.limits
        self._box = await self._stack.enter_async_context(boxed(self._yard, command))
        return self._box

    async def _close(self) -> None:
        self._box = None
        await self._stack.aclose()


@asynccontextmanager
async def open_sandbox(rest: str, settings: Settings) -> AsyncIterator[ContainerSandbox]:
    """Open `container:`, `container:docker`, `container:podman` or `container:unix:///path.sock`, after a real run.

    Raises:
        UserError: no daemon answers, image or runtime are not there, or containers do not run; says what would help.
    """
    daemon = await find_daemon(rest, settings)
    runtime = settings.sandbox.runtime
    if runtime and runtime not in daemon.runtimes:
        raise UserError(
            f"{daemon.engine} has no runtime {runtime}",
            remedy=f"It has: {', '.join(daemon.runtimes) or 'its default'}.",
        )
    image = await find_image(daemon, settings.sandbox.image)
    mounts = arrange(same_path(Path(source)) for source in settings.sandbox.mounts)
    await reap(daemon)
    label = f"container ({daemon.engine} {daemon.version}{', ' + runtime if runtime else ''})"
    failures = []
    with _seccomp(daemon) as seccomp:
        for strict in (True, False):
            manner = Manner(
                podman=daemon.is_podman, seccomp=seccomp, cpus=daemon.cpus, runtime=runtime, read_only_proc=strict
            )
            yard = Yard(daemon=daemon, image=image, manner=manner, mounts=mounts, label=label)
            sandbox = ContainerSandbox(yard, _weaker(daemon, image, manner))
            failure = await _probe(sandbox)
            if failure is None:
                yield sandbox
                return
            failures.append(failure)
    raise UserError("\n".join(["containers do not run here", *dict.fromkeys(failures)]), remedy=_REMEDY)


@contextmanager
def _seccomp(daemon: Daemon) -> Iterator[str]:
    """Give the filter in the form that the daemon takes."""
    profile = seccomp_profile(daemon.machine)
    if not daemon.is_podman:
        yield profile
        return
    with tempfile.TemporaryDirectory(prefix="journeyman-") as folder:
        file = Path(folder, "seccomp.json")
        file.write_text(profile)
        yield str(file)


def _weaker(daemon: Daemon, image: Image, manner: Manner) -> tuple[str, ...]:
    more = [_PODMAN] if daemon.is_podman else []
    more += [] if manner.read_only_proc and not daemon.is_podman else [_WRITABLE_PROC]
    more += [] if daemon.shares_kernel else [_INEXACT]
    return (*_ALWAYS_WEAKER, *more, *image.weaker)


async def _probe(sandbox: ContainerSandbox) -> str | None:
    """Run `true` with everything switched on; return what went wrong."""
    with tempfile.TemporaryDirectory(prefix="journeyman-probe-") as workspace:
        try:
            result = await sandbox.run(Command(argv=("true",), workspace=Path(workspace)))
        except AdapterError as error:
            return str(error)
    return None if result.exit_status == 0 else result.output.decode(errors="replace").strip() or result.ending


def _checked(command: Command) -> Command:
    if command.network.allow:
        raise UserError(
            "the container sandbox has no network, and this command asks for " + ", ".join(command.network.allow),
            remedy="Build the environment into the image of [sandbox] image, or use the bubblewrap driver.",
        )
    try:
        workspace = command.workspace.resolve(strict=True)
    except OSError as error:
        raise AdapterError(f"the workspace {command.workspace} cannot be used: {error.strerror}") from error
    if not workspace.is_dir():
        raise AdapterError(f"the workspace {command.workspace} is not a directory")
    return replace(command, workspace=workspace)
