"""Ceilings without control groups: per-process rlimits, and the sum over the tree looked at again and again.

Weaker than control groups: a tree that allocates faster than it is looked at gets past for a moment. So the
nearer it is to the ceiling, the sooner comes the next look.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from journeyman.adapters.sandboxes import processes
from journeyman.adapters.sandboxes.ceilings import LOOK_EVERY_S, Door, NoDoor, Rlimits
from journeyman.domain.command import Ending, Limits

_COUNTS_PER_NAMESPACE = (5, 14)
"""Kernels before this one count RLIMIT_NPROC over everything the user runs, this product included."""
_GROWTH_BYTES_PER_S = 2 * 2**30
"""About what two processors can fill with pages."""
_SHORTEST_PAUSE_S = 0.002
_MAPPED_BYTES = 64 * 2**20
"""What a process may map beyond the ceiling: thread stacks, say, are mapped and not used."""


class WatchedCeilings:
    """Makes ceilings that look at /proc."""

    name = "rlimits and a watchdog"

    @contextmanager
    def ceiling(self, limits: Limits) -> Iterator["WatchedCeiling"]:
        """Make the ceiling of one command."""
        yield WatchedCeiling(limits)


class WatchedCeiling:
    """Sums up one process tree."""

    door: Door = NoDoor()

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._root = 0
        self._shared_before = processes.shared_memory_bytes()
        self.pause_s = 0.0
        counted = _kernel_version() >= _COUNTS_PER_NAMESPACE
        # One more for bubblewrap's own process 1, and one above the limit, for `reached` to see it passed.
        number = limits.processes + 2 if counted else None
        # Above the ceiling, so that the look that finds it passed can say so before an allocation fails.
        mapped = limits.memory_bytes + limits.memory_bytes // 4 + _MAPPED_BYTES
        self.rlimits = Rlimits(data_bytes=mapped, processes=number)

    def confine(self, root_pid: int) -> None:
        """Remember whom to watch."""
        self._root = root_pid

    def reached(self) -> Ending | None:
        """Walk the tree once."""
        found = list(processes.tree(self._root))
        memory_bytes = self._memory_bytes([pid for pid, _ in found])
        left = self._limits.memory_bytes - memory_bytes
        self.pause_s = min(LOOK_EVERY_S, max(_SHORTEST_PAUSE_S, left / _GROWTH_BYTES_PER_S))
        if left < 0:
            return Ending.OUT_OF_MEMORY
        if sum(threads for _, threads in found) > self._limits.processes + 1:
            return Ending.TOO_MANY_PROCESSES
        return None

    def _memory_bytes(self, pids: list[int]) -> int:
        """Return what the processes use: exactly when it matters, and never less."""
        ceiling = self._limits.memory_bytes
        used = sum(map(processes.resident_bytes, pids))
        if used > ceiling:  # what they share was counted for each of them
            used = sum(map(processes.share_bytes, pids))
        # A look at every open file is dear: only when the machine's own count says there may be something.
        if processes.shared_memory_bytes() - self._shared_before > ceiling // 8:
            used += sum(dict(item for pid in pids for item in processes.anonymous_file_bytes(pid)).values())
        return used


def _kernel_version() -> tuple[int, ...]:
    return tuple(int(part) for part in os.uname().release.split("-")[0].split(".")[:2] if part.isdigit())
