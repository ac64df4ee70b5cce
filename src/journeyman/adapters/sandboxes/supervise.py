"""One command from start to end, in a thread of its own.

The thread that starts bubblewrap must outlive it: bubblewrap dies with the thread (that is how nothing
survives us), and a thread is also what owns the private mounts when the product runs as root.
"""

import os
import selectors
import time
from contextlib import AbstractContextManager, suppress
from dataclasses import replace

from journeyman.adapters.sandboxes.ceilings import Ceiling
from journeyman.adapters.sandboxes.channels import Stream, opened
from journeyman.adapters.sandboxes.held import held
from journeyman.adapters.sandboxes.host import Host
from journeyman.adapters.sandboxes.launch import Launched, exit_code, limit_process, standing
from journeyman.adapters.sandboxes.tap import Tap
from journeyman.adapters.sandboxes.warm import World
from journeyman.domain.command import Command, CommandResult, Ending

_CANNOT_START = 127
_KILLED = 137


def supervise(
    command: Command, host: Host, cancelled: int, tap: Tap | None = None, world: World | None = None
) -> CommandResult:
    """Run a command and return when all it started is dead.

    `cancelled` is a descriptor that becomes readable when nobody waits for the result any more. `tap` gets the
    output while it comes; a listener that fails ends the command. Without a `world` that stands already one is
    built for this command.

    Raises:
        AdapterError: the sandbox could not be made.
    """
    with opened() as channels, held(command, host.ceilings) as ceiling:
        channels.tap = tap
        launching = (
            world.started(command, channels, door=ceiling.door)
            if world
            else standing(command, host, channels, door=ceiling.door)
        )
        return _run(launching, command, host, ceiling=ceiling, cancelled=cancelled)


def _run(
    launching: AbstractContextManager[Launched], command: Command, host: Host, *, ceiling: Ceiling, cancelled: int
) -> CommandResult:
    with launching as sandbox:
        started = time.monotonic()
        _release(sandbox, command, host, ceiling=ceiling)
        ending = _watch(sandbox, command.limits.wall_time_s, ceiling=ceiling, cancelled=cancelled)
    duration_s = time.monotonic() - started
    streams = [stream for stream in (sandbox.output, sandbox.report, sandbox.status) if stream]
    for stream in streams:
        stream.drain(cancelled)
    if ending is None and any(stream.overflowed for stream in streams):
        ending = Ending.OUTPUT_TRUNCATED
    code = exit_code(sandbox.status)
    ending = ending or ceiling.reached() or (sandbox.unsaid() if code is None else Ending.EXITED)
    if code is None:
        code = _CANNOT_START if ending is Ending.EXITED else _KILLED
    return CommandResult(
        ending=ending,
        exit_status=code,
        output=bytes(sandbox.output.data),
        report=bytes(sandbox.report.data) if sandbox.report else b"",
        duration_s=duration_s,
        sandbox=host.label,
    )


def _release(sandbox: Launched, command: Command, host: Host, *, ceiling: Ceiling) -> None:
    """Put process 1 under its limits and let it start the command, unless bubblewrap has failed already."""
    if sandbox.root_pid is None:
        return
    with suppress(ProcessLookupError, BrokenPipeError):
        rlimits = ceiling.rlimits
        if rlimits.processes is not None:
            rlimits = replace(rlimits, processes=rlimits.processes + sandbox.companions)
        limit_process(sandbox.root_pid, command.limits, extra=rlimits, uid=host.drop_to)
        ceiling.confine(sandbox.root_pid)
        os.write(sandbox.release, b"\0")


def _watch(sandbox: Launched, wall_time_s: float, *, ceiling: Ceiling, cancelled: int) -> Ending | None:
    """Collect output until bubblewrap exits, too much arrives (None) or there is another reason to end it."""
    deadline = time.monotonic() + wall_time_s
    next_look = time.monotonic() + ceiling.pause_s
    with selectors.DefaultSelector() as selector:
        for stream in (sandbox.output, sandbox.report):
            if stream:
                selector.register(stream.descriptor, selectors.EVENT_READ, stream)
        for ender in (sandbox.exited, cancelled):
            selector.register(ender, selectors.EVENT_READ, None)
        if sandbox.output.tap:
            selector.register(sandbox.output.tap.settled, selectors.EVENT_READ, sandbox.output.tap)
        while True:
            ready = selector.select(max(0.0, min(deadline, next_look) - time.monotonic()))
            if not all(_flow(selector, sandbox.output, key.data) for key, _ in ready):
                return None
            now = time.monotonic()
            if now >= deadline:
                return Ending.TIMED_OUT
            if now >= next_look:
                reached = ceiling.reached()
                if reached:
                    return reached
                next_look = time.monotonic() + ceiling.pause_s


def _flow(selector: selectors.BaseSelector, output: Stream, ready: Stream | Tap | None) -> bool:
    """Read what has arrived, or go on reading for a listener that has caught up; False to end the command."""
    if ready is None:  # bubblewrap has exited, or nobody waits
        return False
    if isinstance(ready, Tap):
        selector.register(output.descriptor, selectors.EVENT_READ, output)
        return ready.take()
    if not ready.pull() or ready.held_up:
        selector.unregister(ready.descriptor)
    return not ready.overflowed
