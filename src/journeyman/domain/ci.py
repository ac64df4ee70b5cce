"""Continuous integration: what is asked of it, and what it says of a commit."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class CiState(StrEnum):
    """How far the jobs of a commit are."""

    NONE = "none"
    """Nothing has been heard yet; it never means that there is no CI."""
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job, check or status."""

    name: str
    state: CiState
    url: str = ""
    id: str = ""
    """By which its output is found; empty when it has none."""
    summary: str = ""
    """What it says of itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CiReport:
    """Everything that is known of one commit."""

    commit: str
    jobs: tuple[Job, ...]

    @property
    def state(self) -> CiState:
        """A failed job decides, then one that runs; all must have passed."""
        states = {job.state for job in self.jobs}
        order = (CiState.FAILED, CiState.RUNNING, CiState.PASSED)
        return next((state for state in order if state in states), CiState.NONE)

    @property
    def failed(self) -> tuple[Job, ...]:
        """The jobs that failed."""
        return tuple(job for job in self.jobs if job.state is CiState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A pipeline to be started."""

    kind: str
    """`workflow`, `event`, `pipeline` or `endpoint`."""
    name: str
    """File of the workflow, type of the event, URL of the endpoint; empty for a pipeline."""
    ref: str
    """Branch."""
    inputs: tuple[tuple[str, str], ...] = ()
    delivery: str = ""
    """Names this one start: the same when it is sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Triggered:
    """What was started, as far as it is told."""

    reference: str
    """Id of the run; empty when nothing is told."""
    url: str = ""


_WORDS = {
    CiState.PASSED: ("success", "passed", "neutral", "skipped", "warning"),
    CiState.FAILED: ("failure", "failed", "error", "cancelled", "canceled", "timed_out", "action_required", "stale",
                     "startup_failure"),
}  # fmt: skip


def state_of(words: Iterable[str]) -> CiState:
    """Return the state that the first known of some words stands for; anything else goes on."""
    for word in words:
        for state, known in _WORDS.items():
            if word.lower() in known:
                return state
    return CiState.RUNNING
