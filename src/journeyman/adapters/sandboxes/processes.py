"""The processes of one sandbox, as /proc shows them to the host."""

import os
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_TIMES = slice(11, 15)
"""utime, stime, and both of the children that were waited for, counted from behind the name in `stat`."""


def tree(root: int) -> Iterator[tuple[int, int]]:
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


def resident_bytes(pid: int) -> int:
    """Return what a process has in memory, shared or not: never less than its share."""
    fields = _read(pid, "statm").split()
    return int(fields[1]) * _PAGE_BYTES if fields else 0


def share_bytes(pid: int) -> int:
    """Return the proportional share of memory of a process; all it has resident if the share may not be read."""
    try:
        rollup = _read(pid, "smaps_rollup")
    except PermissionError:
        return resident_bytes(pid)
    shares = (line.split() for line in rollup.splitlines() if line.startswith("Pss:"))
    return sum(int(share[1]) * 1024 for share in shares)


def anonymous_file_bytes(pid: int) -> Iterator[tuple[int, int]]:
    """Yield (inode, bytes) of the open files that exist in memory alone and have no name (memfd_create)."""
    try:
        opened = list((_PROC / str(pid) / "fd").iterdir())
    except OSError:
        return
    for place in opened:
        try:
            if str(place.readlink()).startswith("/memfd:"):
                found = place.stat()
                yield found.st_ino, found.st_blocks * 512
        except OSError:
            continue


def cpu_time_s(pid: int) -> float:
    """Return the CPU time of a process, and of those below it that have ended and were waited for."""
    _, _, fields = _read(pid, "stat").rpartition(")")
    return sum(int(ticks) for ticks in fields.split()[_TIMES]) / _TICKS_PER_S


def written_bytes(pid: int) -> int | None:
    """Return what a process, and those below it that have ended, wrote to disks; None when it may not be known."""
    try:
        lines = _read(pid, "io").splitlines()
    except PermissionError:
        return None
    fields = {name: int(value) for name, _, value in (line.partition(":") for line in lines)}
    return fields.get("write_bytes", 0) - fields.get("cancelled_write_bytes", 0)


def shared_memory_bytes() -> int:
    """Return how much memory of the whole machine belongs to files that exist in memory alone."""
    for line in (_PROC / "meminfo").read_text().splitlines():
        if line.startswith("Shmem:"):
            return int(line.split()[1]) * 1024
    return 0


def _read(pid: int, name: str) -> str:
    """Return a file of a process; empty when the process is gone."""
    try:
        return (_PROC / str(pid) / name).read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
