"""Warm sandboxes: a world that bubblewrap has built stays up, and a keeper starts commands in it.

A thread of its own holds a world (bubblewrap dies with the thread that started it): a command that does
nothing but wait keeps bubblewrap's namespaces alive, and the keeper, a program of ours, enters them. See
`keeper.py` for what it does there.
"""

import json
import os
import platform
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from journeyman.adapters.sandboxes import keeper
from journeyman.adapters.sandboxes.arguments import environment, refuse_unsendable
from journeyman.adapters.sandboxes.ceilings import Door, NoDoor
from journeyman.adapters.sandboxes.channels import Channels, Stream, opened
from journeyman.adapters.sandboxes.host import Host
from journeyman.adapters.sandboxes.launch import STATUS_BYTES, Launched, end, standing
from journeyman.adapters.sandboxes.mounts import WORKSPACE, arrange, inside
from journeyman.adapters.sandboxes.seccomp import seccomp_filter
from journeyman.domain.command import Command, Ending, Limits, Mount
from journeyman.domain.errors import AdapterError

_WAIT = ("sh", "-c", "echo; exec sleep 2147483647")
_COMPANIONS = 4
"""What waits, bubblewrap's process 1, and those made ahead."""
_SETUP_TIMEOUT_S = 60.0


class World:
    """A world that stands; any number of threads may have commands started in it."""

    def __init__(self, world: Command, host: Host, control: socket.socket) -> None:
        self._world = world
        self._host = host
        self._control = control
        self._lock = threading.Condition()
        self._running: set[int] = set()
        self._left = False

    @contextmanager
    def started(self, command: Command, channels: Channels, *, door: Door) -> Iterator[Launched]:
        """Hold a process 1 that may start the command; afterwards all it started is dead.

        Raises:
            AdapterError: the world is gone.
        """
        refuse_unsendable(command)
        limit, owner = command.limits.output_bytes, self._host.drop_to
        output, stdout = channels.stream(limit, owner=owner, tap=channels.tap)
        report, report_in = channels.stream(limit, owner=owner) if command.report else (None, None)
        gate, release = channels.gate(open_after_us=False)
        asked = channels.content(self._request(command))
        stdin = channels.content(command.stdin) if command.stdin else channels.nothing()
        with self._first_process(channels) as (pid, death, channel):
            passed = [asked, gate, stdin, stdout, *([] if report_in is None else [report_in])]
            try:
                _send(channel, passed, [channels.way_in(place) for place in door.entrances])
            finally:  # not sooner, for the command goes first; and always, for others wait for it
                with suppress(OSError):  # the keeper is dead, and so is what it made: the result says so
                    self._control.send(b"another")
            channels.close_theirs()
            yield Launched(
                exited=death,
                output=output,
                report=report,
                status=Stream(descriptor=channel, limit_bytes=STATUS_BYTES),
                release=release,
                root_pid=pid,
                companions=_COMPANIONS,
                unsaid=lambda: Ending.KILLED,
            )

    def leave(self) -> None:
        """Kill what runs and wait until it is dead; nothing more can be started."""
        with self._lock:
            for death in self._running:
                signal.pidfd_send_signal(death, signal.SIGKILL)
            self._lock.wait_for(lambda: not self._running)
            # The one made ahead is ended while its parent lives: nobody else would bury it.
            with opened() as channels, suppress(AdapterError):
                end(self._take(channels)[1])
            self._left = True

    @contextmanager
    def _first_process(self, channels: Channels) -> Iterator[tuple[int, int, int]]:
        """Yield (pid, descriptor of the process, descriptor of a socket to it)."""
        with self._lock:
            pid, death, channel = self._take(channels)
            self._running.add(death)
        try:
            yield pid, death, channel
        finally:
            end(death)
            with self._lock:
                self._running.remove(death)
                self._lock.notify_all()

    def _take(self, channels: Channels) -> tuple[int, int, int]:
        if not self._left:
            with suppress(OSError):
                answer, descriptors = keeper.receive(self._control)
                if answer:
                    death, channel = descriptors
                    return int(answer), channels.ours(death), channels.ours(channel)
        raise AdapterError("the warm sandbox is gone", retryable=True)

    def _request(self, command: Command) -> bytes:
        argv = [inside(command.argv[0], self._mounts), *command.argv[1:]]
        values = environment(command, keeper.REPORT if command.report else None)
        return json.dumps({"argv": argv, "environment": values}).encode()

    @cached_property
    def _mounts(self) -> tuple[Mount, ...]:
        return arrange((*self._host.mounts, *self._world.mounts))


def hold(world: Command, host: Host, leave: int, ready: "Future[World]") -> None:
    """Build a world, hand it over, and keep it up until `leave` is readable; for a thread of its own.

    Raises:
        AdapterError: it could not be built, or bubblewrap or the keeper could not be ended.
    """
    waiting = replace(world, argv=_WAIT, env=(), stdin=b"", report=False, limits=Limits())
    # The keeper first: this thread's view of the host is another one once the sandbox stands.
    with _keeper(host) as control, opened() as channels, standing(waiting, host, channels, door=NoDoor()) as sandbox:
        if sandbox.root_pid is not None:
            os.write(sandbox.release, b"\0")
        if not _says_something(sandbox) or sandbox.root_pid is None:
            sandbox.unsaid()
            raise AdapterError("a warm sandbox did not come up")
        code = seccomp_filter(platform.machine()).hex()
        told = {"member": sandbox.root_pid, "filter": code, "directory": str(WORKSPACE)}
        control.send(json.dumps(told).encode())
        if not _readable(control.fileno(), timeout_s=_SETUP_TIMEOUT_S) or not control.recv(1, socket.MSG_PEEK):
            raise AdapterError("the keeper of a warm sandbox did not come up")
        held = World(world, host, control)
        ready.set_result(held)
        try:
            _readable(leave, sandbox.exited)
        finally:
            held.leave()


@contextmanager
def _keeper(host: Host) -> Iterator[socket.socket]:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    uid = os.geteuid() if host.drop_to is None else host.drop_to
    line = [sys.executable, "-I", "-S", str(Path(keeper.__file__)), str(theirs.fileno()), str(uid)]
    with ours:
        with theirs:
            process = subprocess.Popen(
                line,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env={},  # commands' process 1 is a child of this one
                cwd="/",
                start_new_session=True,
            )
        try:
            yield ours
        finally:
            process.kill()
            process.wait()


def _send(channel: int, descriptors: Sequence[int], entrances: Sequence[int]) -> None:
    """Tell a process 1 what to start, and wait until it has let itself in under its ceiling."""
    messenger = socket.socket(fileno=channel)
    with suppress(BrokenPipeError, ConnectionResetError):  # it is dead: the result will say so
        socket.send_fds(messenger, [b"%d" % len(entrances)], [*entrances, *descriptors])
        messenger.recv(1)
    messenger.setblocking(False)
    messenger.detach()


def _says_something(sandbox: Launched) -> bool:
    output = sandbox.output
    _readable(output.descriptor, sandbox.exited, timeout_s=_SETUP_TIMEOUT_S)
    output.pull()
    return bytes(output.data) == b"\n"


def _readable(*descriptors: int, timeout_s: float | None = None) -> bool:
    """Wait until one of the descriptors is readable; False when none is in time."""
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(None if timeout_s is None else timeout_s * 1000))
