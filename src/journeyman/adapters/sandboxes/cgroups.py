"""Ceilings by control groups, version 1 or 2: exact, and nothing inside can get around them."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from journeyman.adapters.sandboxes.ceilings import LOOK_EVERY_S, Door, Rlimits
from journeyman.domain.command import Ending, Limits

_PREFIX = "journeyman"
_CONTROLLERS = ("memory", "pids")
_SETTING_UP = 3
"""The thread that starts bubblewrap, bubblewrap, and its process 1."""
_REMOVAL_TRIES = 100
_REMOVAL_PAUSE_S = 0.01


class CgroupCeilings:
    """Makes one control group per command below the given ones."""

    def __init__(self, parents: Mapping[str, Path], *, version: int) -> None:
        """Take the writable parent of each controller, `memory` and `pids`; one and the same in version 2."""
        self.name = f"cgroup v{version}"
        self._parents = dict(parents)
        self._numbers = count()

    @contextmanager
    def ceiling(self, limits: Limits) -> Iterator["CgroupCeiling"]:
        """Make the groups of one command, and remove them."""
        name = f"{_PREFIX}-{os.getpid()}-{next(self._numbers)}"
        groups = {controller: parent / name for controller, parent in self._parents.items()}
        try:
            for group in set(groups.values()):
                group.mkdir()
            yield CgroupCeiling(groups, limits)
        finally:
            for group in set(groups.values()):
                _remove(group)

    def sweep(self) -> None:
        """Remove what a process that was killed left behind."""
        for parent in set(self._parents.values()):
            for group in parent.glob(f"{_PREFIX}-*-*"):
                owner = group.name.split("-")[1]
                if owner.isdigit() and not Path("/proc", owner).exists():
                    _remove(group, tries=1)


class CgroupCeiling:
    """The control groups of one command."""

    rlimits = Rlimits()
    pause_s = LOOK_EVERY_S

    def __init__(self, groups: Mapping[str, Path], limits: Limits) -> None:
        """Write the limits into empty groups."""
        self.door: Door = CgroupDoor(groups, processes=limits.processes)
        self._groups = groups
        self._processes = limits.processes
        memory, pids = groups["memory"], groups["pids"]
        if (memory / "memory.limit_in_bytes").exists():
            _write(memory / "memory.limit_in_bytes", limits.memory_bytes)
            _write(memory / "memory.memsw.limit_in_bytes", limits.memory_bytes, optional=True)
            self._memory_events = memory / "memory.oom_control"
        else:
            _write(memory / "memory.max", limits.memory_bytes)
            _write(memory / "memory.swap.max", 0, optional=True)
            _write(memory / "memory.oom.group", 1, optional=True)
            self._memory_events = memory / "memory.events"
        # One more for the reaper that bubblewrap runs as process 1.
        _write(pids / "pids.max", limits.processes + 1)
        self._pids_events = pids / "pids.events"

    def confine(self, root_pid: int) -> None:
        """Move the process into its groups, unless it has let itself in."""
        pids = self._groups["pids"]
        held = _words(pids / "cgroup.procs")
        if str(root_pid) in held:
            _write(pids / "pids.max", self._processes + len(held))
            return
        for group in set(self._groups.values()):
            _write(group / "cgroup.procs", root_pid)

    def reached(self) -> Ending | None:
        """Read the kernel's own counts of what it refused."""
        if count_of(self._memory_events, "oom_kill"):
            return Ending.OUT_OF_MEMORY
        if count_of(self._pids_events, "max"):
            return Ending.TOO_MANY_PROCESSES
        return None


class CgroupDoor:
    """Lets single threads in, which version 1 can: the kernel then need not wait until nobody forks."""

    def __init__(self, groups: Mapping[str, Path], *, processes: int) -> None:
        inner = sorted(set(groups.values()))
        self.entrances: tuple[Path, ...] = tuple(group / "tasks" for group in inner if (group / "tasks").exists())
        self._exits = tuple(group.parent / "tasks" for group in inner)
        self._pids = groups["pids"]
        self._processes = processes

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Hold what the calling thread starts meanwhile."""
        if self.entrances:
            _write(self._pids / "pids.max", self._processes + _SETTING_UP)
        try:
            for place in self.entrances:
                _write(place, 0)
            yield
        finally:
            for place in self._exits if self.entrances else ():
                _write(place, 0)


def find_cgroups(*, proc: Path = Path("/proc/self")) -> CgroupCeilings | None:
    """Return ceilings by control groups if this process may make groups with both controllers."""
    mounts = mounted(proc / "mountinfo")
    own = own_groups(proc / "cgroup")
    version_1 = {name: mounts[name] / own[name].lstrip("/") for name in _CONTROLLERS if name in mounts and name in own}
    if len(version_1) == len(_CONTROLLERS):
        return _usable(CgroupCeilings(version_1, version=1))
    if "" in mounts and "" in own:
        leaf = mounts[""] / own[""].lstrip("/")
        # Our own group holds processes, so it may not pass controllers on; a delegated parent may.
        for parent in (leaf, leaf.parent):
            handed_down = _words(parent / "cgroup.subtree_control")
            if handed_down.issuperset(_CONTROLLERS):
                found = _usable(CgroupCeilings(dict.fromkeys(_CONTROLLERS, parent), version=2))
                if found:
                    return found
    return None


def _usable(ceilings: CgroupCeilings) -> CgroupCeilings | None:
    try:
        with ceilings.ceiling(Limits()):
            ceilings.sweep()
    except OSError:
        return None
    return ceilings


def mounted(mountinfo: Path) -> dict[str, Path]:
    """Return controller -> mount point of version 1, and "" -> that of version 2."""
    found: dict[str, Path] = {}
    for line in mountinfo.read_text().splitlines():
        before, _, after = line.partition(" - ")
        root, point = before.split()[3:5]
        kind, _, options = after.split()[:3]
        if root != "/":  # a namespace shows only a part: the paths of /proc/self/cgroup do not fit
            continue
        if kind == "cgroup":
            found |= {option: Path(point) for option in options.split(",")}
        elif kind == "cgroup2":
            found[""] = Path(point)
    return found


def own_groups(cgroup: Path) -> dict[str, str]:
    """Return controller -> group from a `/proc/PID/cgroup`, and "" -> that of version 2."""
    own: dict[str, str] = {}
    for line in cgroup.read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        own |= dict.fromkeys(controllers.split(","), path)
    return own


def _words(path: Path) -> set[str]:
    try:
        return set(path.read_text().split())
    except OSError:
        return set()


def count_of(events: Path, key: str) -> int:
    """Return what a file of `key number` lines counts under a key; 0 when it does not know it."""
    fields = (line.split() for line in events.read_text().splitlines())
    return sum(int(value) for name, value in fields if name == key)


def _write(path: Path, value: int, *, optional: bool = False) -> None:
    if optional and not path.exists():
        return
    path.write_text(str(value))


def _remove(group: Path, *, tries: int = _REMOVAL_TRIES) -> None:
    for _ in range(tries):
        try:
            group.rmdir()
        except FileNotFoundError:
            return
        except OSError:  # the last process is still on its way out
            time.sleep(_REMOVAL_PAUSE_S)
        else:
            return
