"""All the ceilings of one command, taken together: processes and memory, what is written, CPU time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from journeyman.adapters.sandboxes import processes
from journeyman.adapters.sandboxes.ceilings import LOOK_EVERY_S, Ceiling, Ceilings, Door, NoDoor, Rlimits
from journeyman.adapters.sandboxes.disk import disk_watch
from journeyman.domain.command import Command, Ending


@contextmanager
def held(command: Command, ceilings: Ceilings) -> Iterator[Ceiling]:
    """Make all the ceilings of one command; nothing of them is left afterwards."""
    with ceilings.ceiling(command.limits) as tree, disk_watch(command).watching() as disk:
        parts: list[Ceiling] = [tree, disk]
        if command.limits.cpu_time_s is not None:
            parts.append(CpuWatch(command.limits.cpu_time_s))
        yield Together(parts, tree)


class Together:
    """Several ceilings as one; the first that was reached is named."""

    def __init__(self, parts: Sequence[Ceiling], tree: Ceiling) -> None:
        """Take all of them, and the one that holds the process tree."""
        self._parts = parts
        self.rlimits, self.door = tree.rlimits, tree.door

    @property
    def pause_s(self) -> float:
        """How long all of them can wait."""
        return min(part.pause_s for part in self._parts)

    def confine(self, root_pid: int) -> None:
        """Hold a process by each."""
        for part in self._parts:
            part.confine(root_pid)

    def reached(self) -> Ending | None:
        """Ask each."""
        return next((ending for part in self._parts if (ending := part.reached())), None)


class CpuWatch:
    """Adds up the CPU time of a process tree.

    A process that ended counts once its parent has waited for it. One whose parent chose not to is lost: the
    wall clock is what holds those.
    """

    rlimits = Rlimits()
    door: Door = NoDoor()

    def __init__(self, cpu_time_s: float) -> None:
        self._limit_s = cpu_time_s
        self._root = 0
        self.pause_s = min(LOOK_EVERY_S, cpu_time_s / 10)

    def confine(self, root_pid: int) -> None:
        """Remember whom to watch."""
        self._root = root_pid

    def reached(self) -> Ending | None:
        """Walk the tree once."""
        used_s = sum(processes.cpu_time_s(pid) for pid, _ in processes.tree(self._root))
        return Ending.TIMED_OUT if used_s > self._limit_s else None
