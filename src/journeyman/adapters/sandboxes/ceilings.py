"""What holds a whole process tree below its memory and its number of processes."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from journeyman.domain.command import Ending, Limits

LOOK_EVERY_S = 0.1
"""How often a ceiling is asked when nothing is near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rlimits:
    """Per-process limits that a ceiling wants beside its own means; None leaves one alone."""

    data_bytes: int | None = None
    processes: int | None = None


class Door(Protocol):
    """How to let oneself in under a ceiling, which takes the kernel no time; to be moved there takes it 10 ms."""

    @property
    def entrances(self) -> tuple[Path, ...]:
        """Files in which a process, or the thread that will start it, writes 0 to be held; empty where none can."""
        ...

    def entered(self) -> AbstractContextManager[None]:
        """Hold what the calling thread starts meanwhile, if it can be done so."""
        ...


class NoDoor:
    """Whoever is to be held must be confined."""

    entrances: tuple[Path, ...] = ()

    def entered(self) -> AbstractContextManager[None]:
        """Do nothing."""
        return nullcontext()


class Ceiling(Protocol):
    """The ceiling of one command."""

    door: Door

    rlimits: Rlimits

    @property
    def pause_s(self) -> float:
        """How long the next question may wait; shorter the nearer the limit is."""
        ...

    def confine(self, root_pid: int) -> None:
        """Hold the process, which has not started its command yet, and all it will start; it may be held already."""
        ...

    def reached(self) -> Ending | None:
        """Say whether a limit was reached by now, and which."""
        ...


class Ceilings(Protocol):
    """One way of making ceilings."""

    name: str
    """Shown to people, since not every way is equally strict."""

    def ceiling(self, limits: Limits) -> AbstractContextManager[Ceiling]:
        """Make the ceiling of one command; nothing of it is left afterwards."""
        ...
