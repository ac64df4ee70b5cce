"""What CI's answer leads to: wait, be content, try again with the evidence, or hand over. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from journeyman.domain.ci import CiReport, CiState
from journeyman.domain.delivery_events import CiHeard, HandedOver, JobHeard, RepairAsked
from journeyman.domain.event import Record
from journeyman.domain.hidden import strip_hidden
from journeyman.domain.records import of_kind

MOST_REPAIRS = 2
"""Rounds after a delivery; what two could not mend, a person should look at."""
_MOST_CHARACTERS = 6_000
"""Of evidence altogether: what fails is told at the end of a log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Jobs run, or none has been heard of yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairRound:
    """Another run, with what failed as its evidence."""

    number: int
    """1-based."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """A person goes on from here."""

    reason: str


CiMove = Wait | Content | RepairRound | HandOver


def next_ci_move(report: CiReport, *, repaired: int, most: int = MOST_REPAIRS) -> CiMove:
    """Return what a report leads to.

    Args:
        report: of the delivered commit.
        repaired: rounds so far, along the whole chain of runs.
        most: rounds allowed; never more than `MOST_REPAIRS`.
    """
    if report.state is CiState.PASSED:
        return Content()
    if report.state is not CiState.FAILED:
        return Wait()
    if repaired >= min(most, MOST_REPAIRS):
        return HandOver(reason=f"CI fails still after {repaired} repair rounds")
    return RepairRound(number=repaired + 1)


def rounds_so_far(records: tuple[Record, ...]) -> int:
    """Return in which round the run of these records was started."""
    return max((event.repair_round for _, event in of_kind(records, RepairAsked)), default=0)


def evidence(report: CiReport, outputs: Mapping[str, str]) -> str:
    """Return what failed, for a model or a person: each job with the end of its output, hidden signs taken out.

    Args:
        report: with the failed jobs.
        outputs: name of a job -> what it printed.
    """
    share = max(400, _MOST_CHARACTERS // max(1, len(report.failed)))
    parts = []
    for job in report.failed:
        said = strip_hidden(outputs.get(job.name, "") or job.summary).strip()
        tail = said if len(said) <= share else f"[...]\n{said[-share:]}"
        parts.append(f"Job `{job.name}` failed:\n{tail or 'it printed nothing that could be read'}")
    return "\n\n".join(parts)[: 2 * _MOST_CHARACTERS]


def heard(place: str, report: CiReport, *, heard_by: str) -> CiHeard:
    """Return the fact that a report is."""
    jobs = tuple(JobHeard(name=job.name, state=job.state.value, url=job.url) for job in report.jobs)
    return CiHeard(place=place, commit=report.commit, state=report.state.value, jobs=jobs, heard_by=heard_by)


def report_for_person(run: str, report: CiReport, move: HandOver, told: str) -> str:
    """Return what a person reads who takes over."""
    jobs = "\n".join(f"- {job.name}: {job.state.value} {job.url}".rstrip() for job in report.jobs)
    return (
        f"# Run {run} needs a person\n\n{move.reason}.\n\nCommit {report.commit}\n\n{jobs}\n\n"
        f"## What failed\n\n{told}\n\n## What happened so far\n\n    journeyman runs show {run} --diff\n"
    )


def handed_over(move: HandOver, body: str) -> HandedOver:
    """Return the fact; `body` is the digest of the report as kept."""
    return HandedOver(reason=move.reason, body=body)
