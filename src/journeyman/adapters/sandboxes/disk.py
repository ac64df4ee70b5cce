"""What a command writes: to its workspace, which has no size of its own, and to the temporary places, which have.

The workspace is a directory of the host, so nothing in the kernel holds it. The sums that the kernel keeps
anyway (what processes wrote, what a file system has left) are looked at often; only when they say that the limit
may have been passed is the workspace gone through.
"""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from journeyman.adapters.sandboxes import processes
from journeyman.adapters.sandboxes.ceilings import LOOK_EVERY_S, Door, NoDoor, Rlimits
from journeyman.adapters.sandboxes.mounts import HOME
from journeyman.adapters.sandboxes.treewalk import DIRECTORY_HANDLE, Visited, visit_tree
from journeyman.domain.command import Command, Ending, Limits

_SCRATCH = (str(HOME), "/tmp", "/dev/shm")  # noqa: S108 - looked at from outside
CLOCK_GRAIN_NS = 20_000_000
"""Files are marked with a clock that is behind by so much at most."""
_WRITE_BYTES_PER_S = 2 * 2**30
_SHORTEST_PAUSE_S = 0.005
_SUSPECTED_SHARE, _ROUTINE_SHARE = 0.1, 0.02
"""Of the time, at most, that is spent in the workspace: on suspicion, and without."""
_UNFOUND_FACTOR = 2
"""So many limits written, and gone from the file system, are too much even if no name shows where to."""


@dataclass(slots=True)
class _Sum:
    size_bytes: int = 0
    files: int = 0

    def __add__(self, other: "_Sum") -> "_Sum":
        return _Sum(self.size_bytes + other.size_bytes, self.files + other.files)


class _Enough(Exception):  # noqa: N818 - ends a walk early; it is no error
    pass


@dataclass(slots=True, kw_only=True)
class DiskWatch:
    """Says when a command wrote too much."""

    workspace: Path | None
    """None when it is read-only."""
    limits: Limits
    rlimits: Rlimits = field(default=Rlimits(), init=False)
    door: Door = field(default_factory=NoDoor, init=False)
    pause_s: float = field(default=LOOK_EVERY_S, init=False)
    _handle: int = field(default=-1, init=False)
    _before: _Sum = field(default_factory=_Sum, init=False)
    _since_ns: int = field(default=0, init=False)
    _root: int = field(default=0, init=False)
    _scratch: list[int] = field(default_factory=list, init=False)
    _next_walk: float = field(default=0.0, init=False)
    _found: _Sum = field(default_factory=_Sum, init=False)
    _suspected: bool = field(default=False, init=False)

    @contextmanager
    def watching(self) -> Iterator["DiskWatch"]:
        """Hold the places that are looked at."""
        with ExitStack() as stack:
            if self.workspace:
                self._handle = os.open(self.workspace, DIRECTORY_HANDLE)
                stack.callback(os.close, self._handle)
                self._before = _taken(self._handle)
                self._since_ns = time.time_ns() - CLOCK_GRAIN_NS
                self._next_walk = time.monotonic() + LOOK_EVERY_S
            stack.callback(self._let_go)
            yield self

    def confine(self, root_pid: int) -> None:
        """Remember whom to watch."""
        self._root = root_pid

    def reached(self) -> Ending | None:
        """Look at the sums, and into the workspace when they give reason to."""
        scratch, full = self._in_scratch()
        if full:
            return Ending.DISK_FULL
        if self.workspace is None:
            return Ending.DISK_FULL if self._beyond(scratch) else None
        written = _written(self._root)
        gone = _taken(self._handle)
        grown = _Sum(gone.size_bytes - self._before.size_bytes, gone.files - self._before.files)
        # The kernel does not count what is written to a file system in memory, nor for processes that are dead.
        counted = grown.size_bytes if written is None or self._is_in_memory() else written
        suspected = self._beyond(_Sum(counted, grown.files) + scratch)
        # A new suspicion does not wait for what the last walk was granted when there was none; nor does the last look.
        if suspected and (not self._suspected or not Path(f"/proc/{self._root}").exists()):
            self._next_walk = 0.0
        self._suspected = suspected
        self._look_inside(share=_SUSPECTED_SHARE if suspected else _ROUTINE_SHARE, scratch=scratch)
        unfound = _UNFOUND_FACTOR * self.limits.disk_bytes
        if self._beyond(self._found + scratch) or (min(counted, grown.size_bytes) > unfound and written is not None):
            return Ending.DISK_FULL
        left = self.limits.disk_bytes - counted - scratch.size_bytes
        self.pause_s = min(LOOK_EVERY_S, max(_SHORTEST_PAUSE_S, left / _WRITE_BYTES_PER_S))
        return None

    def _look_inside(self, *, share: float, scratch: _Sum) -> None:
        """Add up what changed in the workspace since the command began, unless it was done just now."""
        started = time.monotonic()
        if started < self._next_walk or self.workspace is None:
            return
        self._found = _Sum()
        seen: set[int] = set()

        def visit(entry: Visited) -> None:
            found = entry.status
            if found.st_ctime_ns < self._since_ns or found.st_ino in seen:
                return
            if found.st_nlink > 1 and not stat.S_ISDIR(found.st_mode):
                seen.add(found.st_ino)
            self._found += _Sum(found.st_blocks * 512, 1)
            if self._beyond(self._found + scratch):
                raise _Enough

        with suppress(_Enough, OSError):  # vanished meanwhile
            visit_tree(self._handle, visit)
        now = time.monotonic()
        self._next_walk = now + (now - started) / share

    def _in_scratch(self) -> tuple[_Sum, bool]:
        """Return what lies in the temporary places, and whether one of them is full."""
        if not self._scratch and self._root:
            found_inside = (_inside(pid) for pid, _ in processes.tree(self._root))
            self._scratch = next(filter(None, found_inside), [])
        total = _Sum()
        for handle in self._scratch:
            found = os.fstatvfs(handle)
            total += _taken(handle)
            if found.f_bfree == 0:
                return total, True
        return total, False

    def _beyond(self, total: _Sum) -> bool:
        return total.size_bytes > self.limits.disk_bytes or total.files > self.limits.new_files

    def _is_in_memory(self) -> bool:
        return os.major(os.fstat(self._handle).st_dev) == 0

    def _let_go(self) -> None:
        while self._scratch:
            os.close(self._scratch.pop())


def disk_watch(command: Command) -> DiskWatch:
    """Return the watch over what a command writes."""
    return DiskWatch(workspace=command.workspace if command.workspace_writable else None, limits=command.limits)


def _taken(handle: int) -> _Sum:
    """Return what is in use on a file system."""
    found = os.fstatvfs(handle)
    return _Sum((found.f_blocks - found.f_bfree) * found.f_frsize, found.f_files - found.f_ffree)


def _written(root: int) -> int | None:
    """Return what all processes of a sandbox wrote so far; None when they are dead or the kernel does not tell."""
    sums = [processes.written_bytes(pid) for pid, _ in processes.tree(root)] if root else []
    # Process 1 may be closed to us where we are no root; those that write are not.
    known = [size for size in sums if size is not None]
    return sum(known) if known else None


def _inside(pid: int) -> list[int]:
    """Open the temporary places that a process sees; they outlast it for as long as they are open."""
    handles: list[int] = []
    for place in _SCRATCH:
        try:
            handle = os.open(f"/proc/{pid}/root{place}", DIRECTORY_HANDLE | os.O_NOFOLLOW)
        except OSError:  # not made yet, or not ours to see
            break
        handles.append(handle)
        if Path(place).is_dir() and os.fstat(handle).st_dev == Path(place).stat().st_dev:
            break  # not made yet: this is the host's own
    else:
        return handles
    for handle in handles:
        os.close(handle)
    return []
