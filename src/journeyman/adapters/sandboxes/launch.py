"""From a command to a bubblewrap that has built its sandbox and waits for permission to start it."""

import json
import os
import platform
import resource
import select
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

from journeyman.adapters.sandboxes import kernel, ownership, stage
from journeyman.adapters.sandboxes.arguments import ETC, Descriptors, bwrap_options
from journeyman.adapters.sandboxes.ceilings import Door, Rlimits
from journeyman.adapters.sandboxes.channels import Channels, Stream
from journeyman.adapters.sandboxes.host import Host
from journeyman.adapters.sandboxes.mounts import arrange, inside
from journeyman.adapters.sandboxes.seccomp import seccomp_filter
from journeyman.domain.command import Command, Ending, Limits
from journeyman.domain.errors import AdapterError

_SETUP_TIMEOUT_S = 60.0
_DEATH_TIMEOUT_S = 60.0
STATUS_BYTES = 4096
_EXEC_FAILED = b"bwrap: execvp "


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """A sandbox that stands and waits."""

    exited: int
    """Readable when it is over: bubblewrap, or process 1, has exited."""
    output: Stream
    report: Stream | None
    status: Stream
    release: int
    """Write a byte here to let the command start."""
    root_pid: int | None
    """Host pid of process 1 inside; None when bubblewrap failed before it had one."""
    companions: int = 0
    """Processes of ours that the kernel counts along with the command's, where it counts."""
    unsaid: Callable[[], Ending]
    """Tells, when all is over and there is no exit status, whether it was killed or could not start.

    Raises AdapterError when the sandbox never stood.
    """


@contextmanager
def launched(
    command: Command, host: Host, channels: Channels, *, ready: Mapping[Path, int], door: Door
) -> Iterator[Launched]:
    """Hold a sandbox in which the command may be started; afterwards everything in it is dead.

    `ready` are mounts of the workspace and its base, attached nowhere and made for the uid of the sandbox.
    It is started through the `door` of its ceiling.
    Changes the mounts of the calling thread when the product runs as root.

    Raises:
        AdapterError: bubblewrap could not be started or could not be ended.
    """
    limit = command.limits.output_bytes
    output, stdout = channels.stream(limit, owner=host.drop_to, tap=channels.tap)
    report, report_in = channels.stream(limit, owner=host.drop_to) if command.report else (None, None)
    status, status_in = channels.stream(STATUS_BYTES, owner=None)
    block, release = channels.gate()
    descriptors = _descriptors(channels, status=status_in, block=block, report=report_in)
    line = _command_line(command, host, descriptors=descriptors, channels=channels, ready=ready)
    stdin = channels.content(command.stdin) if command.stdin else None
    inherited = (line.options, *descriptors.inherited)
    with door.entered():
        process = _spawn(line, stdin=stdin, stdout=stdout, inherited=inherited, uid=host.drop_to)
    death = None
    try:
        channels.close_theirs()
        root_pid = _root_pid(status)
        with suppress(ProcessLookupError):
            death = None if root_pid is None else channels.watch(root_pid)
        yield Launched(
            exited=channels.watch(process.pid),
            output=output,
            report=report,
            status=status,
            release=release,
            root_pid=root_pid,
            unsaid=lambda: _unsaid(process.wait(), bytes(output.data)),
        )
    finally:
        process.kill()
        process.wait()
        if death is not None:
            end(death)


@contextmanager
def standing(command: Command, host: Host, channels: Channels, *, door: Door) -> Iterator[Launched]:
    """Hold what `launched` does, over a workspace that the uid of the sandbox may use meanwhile."""
    if host.owners and command.base:
        with (
            host.owners.layered(command.base, command.workspace) as ready,
            launched(command, host, channels, ready=ready, door=door) as sandbox,
        ):
            yield sandbox
        return
    if host.owners:
        with (
            host.owners.lent(command.workspace, writable=command.workspace_writable) as mount,
            launched(
                command, host, channels, ready={} if mount is None else {command.workspace: mount}, door=door
            ) as sandbox,
        ):
            yield sandbox
        return
    try:
        with launched(command, host, channels, ready={}, door=door) as sandbox:
            yield sandbox
    finally:
        if command.workspace_writable:
            with suppress(FileNotFoundError):  # whoever removed it has no use for its modes
                ownership.reopen_tree(command.workspace)


@dataclass(frozen=True, slots=True, kw_only=True)
class _CommandLine:
    binary: Path
    argv: list[str]
    options: int
    """The descriptor bubblewrap reads its options from."""


def _command_line(
    command: Command, host: Host, *, descriptors: Descriptors, channels: Channels, ready: Mapping[Path, int]
) -> _CommandLine:
    mounts = arrange((*host.mounts, *command.mounts))
    sources = [command.workspace, *(mount.source for mount in mounts), *([command.base] if command.base else [])]
    binary, reach = _places(host, sources, ready=ready)
    shown = command
    if host.owners and command.base:  # bubblewrap is not told: root may make an overlay where its own uid may not
        merged = stage.overlay(lower=reach(command.base), layer=reach(command.workspace))
        shown, reach = replace(command, base=None), _instead(reach, command.workspace, merged)
    options = bwrap_options(
        shown, mounts=mounts, reach=reach, descriptors=descriptors, disable_userns=host.disable_userns
    )
    # Options by descriptor: the command line of process 1 can be read inside, and they tell host paths.
    arguments = channels.content(b"".join(os.fsencode(option) + b"\0" for option in options))
    argv = [host.name, "--args", str(arguments), "--", inside(command.argv[0], mounts), *command.argv[1:]]
    return _CommandLine(binary=binary, argv=argv, options=arguments)


def _descriptors(channels: Channels, *, status: int, block: int, report: int | None) -> Descriptors:
    return Descriptors(
        seccomp=channels.content(seccomp_filter(platform.machine())),
        status=status,
        block=block,
        etc=tuple((path, channels.content(text.encode())) for path, text in ETC.items()),
        report=report,
    )


def _made(path: Path, mount: int | None) -> dict[Path, int]:
    return {} if mount is None else {path: mount}


def _instead(reach: Callable[[Path], Path], path: Path, place: Path) -> Callable[[Path], Path]:
    return lambda asked: place if asked == path else reach(asked)


def limit_process(pid: int, limits: Limits, *, extra: Rlimits, uid: int | None) -> None:
    """Set the per-process limits of a process that has started nothing yet; its children inherit them."""
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: limits.file_size_bytes,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_DATA: extra.data_bytes,
        resource.RLIMIT_NPROC: extra.processes,
        resource.RLIMIT_CPU: None if limits.cpu_time_s is None else ceil(limits.cpu_time_s) + 1,
    }
    with kernel.real_ids(uid, uid) if uid is not None else nullcontext():
        for kind, value in wanted.items():
            if value is not None:
                _, hard = resource.prlimit(pid, kind)
                ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
                resource.prlimit(pid, kind, (ceiling, ceiling))


def exit_code(status: Stream) -> int | None:
    """Return the command's exit status; None when it never started or bubblewrap was killed."""
    return _field(status, "exit-code")


def _places(host: Host, paths: Sequence[Path], *, ready: Mapping[Path, int]) -> tuple[Path, Callable[[Path], Path]]:
    """Return where bubblewrap is, and a function from a host path to where bubblewrap finds it."""
    binary = host.binary
    if host.drop_to is None:
        return binary.path, lambda path: path
    wanted = {str(number): path for number, path in enumerate(dict.fromkeys(paths))}
    wanted |= {needed.name: needed for needed in binary.needs}
    try:
        places = stage.gather(wanted, ready)
    except PermissionError as error:
        raise AdapterError(
            "started as root, the sandbox needs mounts of its own and may not make them "
            f"({error.strerror}): start Journeyman as an ordinary user, or grant CAP_SYS_ADMIN"
        ) from error
    home = next(iter(binary.needs), None)
    return (places[home] / binary.path.relative_to(home) if home else binary.path), places.__getitem__


def _spawn(
    line: _CommandLine, *, stdin: int | None, stdout: int, inherited: Sequence[int], uid: int | None
) -> subprocess.Popen[bytes]:
    try:
        # As a thread of that user, and not by Popen's `user`, for which it would copy this whole process first.
        with kernel.acting_as(uid) if uid is not None else nullcontext():
            return subprocess.Popen(
                line.argv,
                executable=line.binary,
                stdin=subprocess.DEVNULL if stdin is None else stdin,
                stdout=stdout,
                stderr=stdout,
                pass_fds=inherited,
                env={},  # process 1 shows its environment inside, whatever --clearenv says
                cwd="/",
                start_new_session=True,  # Ctrl-C is ours to handle
            )
    except OSError as error:
        raise AdapterError(f"bubblewrap could not be started: {error}", retryable=True) from error


def _root_pid(status: Stream) -> int | None:
    poll = select.poll()
    poll.register(status.descriptor, select.POLLIN)
    while _field(status, "child-pid") is None:
        if not poll.poll(_SETUP_TIMEOUT_S * 1000):
            raise AdapterError("bubblewrap does not answer", retryable=True)
        if not status.pull():
            break
    return _field(status, "child-pid")


def end(death: int) -> None:
    """Kill process 1 and wait: the kernel lets it go only after everything else in its namespace is dead.

    It binds itself to bubblewrap's life only when its setup is over, so killing bubblewrap is not enough.
    """
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(death, signal.SIGKILL)
    poll = select.poll()
    poll.register(death, select.POLLIN)
    if not poll.poll(_DEATH_TIMEOUT_S * 1000):
        raise AdapterError("a sandbox was killed and does not die")
    with suppress(ChildProcessError):  # not ours to bury: whoever opened the sandbox has closed it already
        os.waitid(os.P_PIDFD, death, os.WEXITED)


def _field(status: Stream, name: str) -> int | None:
    for line in bytes(status.data).splitlines(keepends=True):
        if line.endswith(b"\n"):
            value = json.loads(line).get(name)
            if isinstance(value, int):
                return value
    return None


def _unsaid(status: int, said: bytes) -> Ending:
    if status < 0:
        return Ending.KILLED
    if said.startswith(_EXEC_FAILED):
        return Ending.EXITED
    raise AdapterError(f"bubblewrap could not make the sandbox: {said.decode(errors='replace').strip()}")
