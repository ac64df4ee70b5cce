"""Ceilings without control groups: per-process rlimits, and the sum over the tree looked at again and again.

Weaker than control groups: a tree that allocates faster than it is looked at gets past for a moment.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from journeyman.adapters.sandboxes.ceilings import Rlimits
from journeyman.domain.command import Ending, Limits

_PROC = Path("/proc")
_COUNTS_PER_NAMESPACE = (5, 14)
"""Kernels before this one count RLIMIT_NPROC over everything the user runs, this product included."""


class WatchedCeilings:
    """Makes ceilings that look at /proc."""

    name = "rlimits and a watchdog"

    @contextmanager
    def ceiling(self, limits: Limits) -> Iterator["WatchedCeiling"]:
        """Make the ceiling of one command."""
        yield WatchedCeiling(limits)


class WatchedCeiling:
    """Sums up one process tree."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._root = 0
        counted = _kernel_version() >= _COUNTS_PER_NAMESPACE
        # One more for bubblewrap's own process 1, and one above the limit, for `reached` to see it passed.
        processes = limits.processes + 2 if counted else None
        # What is mapped counts, used or not (thread stacks, say), hence more than the ceiling itself.
        self.rlimits = Rlimits(data_bytes=2 * limits.memory_bytes, processes=processes)

    def confine(self, root_pid: int) -> None:
        """Remember whom to watch."""
        self._root = root_pid

    def reached(self) -> Ending | None:
        """Walk the tree once."""
        processes, memory_bytes = 0, 0
        for pid, threads in _tree(self._root):
            processes += threads
            memory_bytes += _memory_bytes(pid)
        if memory_bytes > self._limits.memory_bytes:
            return Ending.OUT_OF_MEMORY
        if processes > self._limits.processes + 1:
            return Ending.TOO_MANY_PROCESSES
        return None


def _tree(root: int) -> Iterator[tuple[int, int]]:
    """Yield (pid, number of its threads) of a process and all below it.

    Everything that loses its parent inside falls to process 1 of its namespace, which is the root here.
    """
    pids = [root]
    while pids:
        pid = pids.pop()
        try:
            threads = list((_PROC / str(pid) / "task").iterdir())
            for thread in threads:
                children = (thread / "children").read_text()
                pids += [int(child) for child in children.split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
        yield pid, len(threads)


def _memory_bytes(pid: int) -> int:
    """Return the proportional share of memory of a process; all it has resident if the share may not be read."""
    place = _PROC / str(pid)
    try:
        rollup = (place / "smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    except PermissionError:
        return _resident_bytes(place)
    shares = (line.split() for line in rollup.splitlines() if line.startswith("Pss:"))
    return sum(int(share[1]) * 1024 for share in shares)


def _resident_bytes(place: Path) -> int:
    try:
        pages = int((place / "statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _kernel_version() -> tuple[int, ...]:
    return tuple(int(part) for part in os.uname().release.split("-")[0].split(".")[:2] if part.isdigit())
