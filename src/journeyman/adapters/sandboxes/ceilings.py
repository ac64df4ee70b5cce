"""What holds a whole process tree below its memory and its number of processes."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from journeyman.domain.command import Ending, Limits

LOOK_EVERY_S = 0.1
"""How often a ceiling is asked when nothing is near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rlimits:
    """Per-process limits that a ceiling wants beside its own means; None leaves one alone."""

    data_bytes: int | None = None
    processes: int | None = None


class Ceiling(Protocol):
    """The ceiling of one command."""

    rlimits: Rlimits

    @property
    def pause_s(self) -> float:
        """How long the next question may wait; shorter the nearer the limit is."""
        ...

    def confine(self, root_pid: int) -> None:
        """Hold the process, which has not started its command yet, and all it will start."""
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
