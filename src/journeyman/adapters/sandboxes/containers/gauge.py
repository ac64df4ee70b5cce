"""What the kernel or the daemon says about a container's limits while a command runs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from journeyman.adapters.sandboxes.cgroups import count_of, mounted, own_groups
from journeyman.adapters.sandboxes.containers.daemon import Daemon
from journeyman.domain.command import Ending
from journeyman.domain.errors import AdapterError

_NEARLY = 0.99
_RECLAIMABLE = ("total_inactive_file", "inactive_file")


class Gauge(Protocol):
    """Tells the limits of one container; what was reached before `reset` is forgotten."""

    exact: bool
    """Whether no limit is reached unseen."""

    async def reset(self, cpu_time_s: float | None) -> None:
        """Begin a command, which may use so much CPU time in all."""
        ...

    async def reached(self) -> Ending | None:
        """Say which limit was reached since."""
        ...

    def holds_only(self, processes: int) -> bool:
        """Say whether exactly so many processes are left; False when that is not known."""
        ...


def gauge_of(daemon: Daemon, details: Mapping[str, Any]) -> Gauge:
    """Return the kernel's own counts if a container runs on this machine's kernel, else the daemon's figures."""
    container = str(details["Id"])
    place = Path("/proc", str(details["State"]["Pid"]), "cgroup")
    try:
        return KernelGauge(place, container)
    except (OSError, LookupError):
        return DaemonGauge(daemon, container)


class KernelGauge:
    """Reads the control groups that the daemon made; version 1 or 2."""

    exact = True

    def __init__(self, groups: Path, container: str) -> None:
        """Find the files.

        Raises:
            LookupError: the groups are not those of the container: it runs elsewhere.
        """
        mounts, own = mounted(Path("/proc/self/mountinfo")), own_groups(groups)
        if "memory" in own and "memory" in mounts:
            memory, pids, cpu = (mounts[name] / own[name].lstrip("/") for name in ("memory", "pids", "cpuacct"))
            events, self._cpu = memory / "memory.oom_control", cpu / "cpuacct.usage"
        else:
            memory = pids = mounts[""] / own[""].lstrip("/")
            events, self._cpu = memory / "memory.events", memory / "cpu.stat"
        if container not in str(memory) or container not in str(pids):
            raise LookupError(container)
        self._population = pids / "pids.current"
        self._watched = (
            (events, "oom_kill", Ending.OUT_OF_MEMORY),
            (pids / "pids.events", "max", Ending.TOO_MANY_PROCESSES),
        )
        self._before, self._cpu_before_s = self._counts(), self._cpu_time_s()
        self._cpu_limit_s: float | None = None

    async def reset(self, cpu_time_s: float | None) -> None:
        """Note the counts."""
        self._before, self._cpu_before_s, self._cpu_limit_s = self._counts(), self._cpu_time_s(), cpu_time_s

    async def reached(self) -> Ending | None:
        """Compare the counts."""
        now = self._counts()
        raised = [
            ending for (_, _, ending), old, new in zip(self._watched, self._before, now, strict=True) if new > old
        ]
        if not raised and self._cpu_limit_s is not None:
            return Ending.TIMED_OUT if self._cpu_time_s() - self._cpu_before_s > self._cpu_limit_s else None
        return next(iter(raised), None)

    def holds_only(self, processes: int) -> bool:
        """Read the kernel's count."""
        try:
            return int(self._population.read_text()) == processes
        except OSError:
            return False

    def _cpu_time_s(self) -> float:
        try:
            if self._cpu.name == "cpuacct.usage":
                return int(self._cpu.read_text()) / 1e9
            return count_of(self._cpu, "usage_usec") / 1e6
        except OSError:  # the container is gone
            return 0.0

    def _counts(self) -> tuple[int, ...]:
        try:
            return tuple(count_of(file, key) for file, key, _ in self._watched)
        except OSError:  # the container is gone
            return getattr(self, "_before", (0, 0))


class DaemonGauge:
    """Asks the daemon: a limit that is reached between two looks goes unseen, and a killed process tells of it."""

    exact = False

    def __init__(self, daemon: Daemon, container: str) -> None:
        self._daemon = daemon
        self._container = container
        self._cpu_limit_s: float | None = None
        self._cpu_before_s = 0.0

    async def reset(self, cpu_time_s: float | None) -> None:
        """Note what was used before."""
        self._cpu_limit_s = cpu_time_s
        self._cpu_before_s = 0.0 if cpu_time_s is None else _cpu_time_s(await self._stats())

    async def reached(self) -> Ending | None:
        """Look once."""
        stats = await self._stats()
        pids, memory = stats.get("pids_stats") or {}, stats.get("memory_stats") or {}
        if pids.get("limit") and pids.get("current", 0) >= pids["limit"]:
            return Ending.TOO_MANY_PROCESSES
        figures = memory.get("stats") or {}
        used = memory.get("usage", 0) - next((figures[name] for name in _RECLAIMABLE if name in figures), 0)
        if memory.get("limit") and used >= _NEARLY * memory["limit"]:
            return Ending.OUT_OF_MEMORY
        if self._cpu_limit_s is not None and _cpu_time_s(stats) - self._cpu_before_s > self._cpu_limit_s:
            return Ending.TIMED_OUT
        return None

    def holds_only(self, processes: int) -> bool:
        """Nobody knows."""
        del processes
        return False

    async def _stats(self) -> dict[str, Any]:
        try:
            return await self._daemon.call(
                self._daemon.client.stats, self._container, stream=False, one_shot=not self._daemon.is_podman
            )
        except AdapterError:  # the container is gone
            return {}


def _cpu_time_s(stats: Mapping[str, Any]) -> float:
    usage = (stats.get("cpu_stats") or {}).get("cpu_usage") or {}
    return float(usage.get("total_usage", 0)) / 1e9
