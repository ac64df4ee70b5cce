"""Tracing a chosen candidate: what shows each criterion, as a noun and as a fact for the log."""

from journeyman.domain.attempt import Attempt
from journeyman.domain.event import CriteriaTraced, CriterionShown
from journeyman.domain.snapshot import Snapshot
from journeyman.domain.spec import Spec
from journeyman.domain.trace import Trace, trace
from journeyman.pipeline.toolbox import Toolbox
from journeyman.ports.repository import Repository


async def recorded_trace(attempt: Attempt, spec: Spec, base: Snapshot, *, tools: Toolbox) -> Trace:
    """Return what shows each criterion of a spec in a chosen attempt, and write it down."""
    traced = await traced_by(attempt, spec, base, repository=tools.repository)
    await tools.at("trace").step.append(event_of(traced, attempt.candidate.id))
    return traced


async def traced_by(attempt: Attempt, spec: Spec, base: Snapshot, *, repository: Repository) -> Trace:
    """Return what shows each criterion of a spec in a verified attempt; an unverified one shows nothing."""
    if attempt.verification is None:
        return Trace(criteria=(), changed=())
    changed = set(attempt.candidate.paths)
    before = {entry.path: await repository.read(entry.blob) for entry in base.entries if entry.path in changed}
    return trace(spec, attempt.verification, attempt.candidate.changes, before)


def event_of(traced: Trace, candidate: str) -> CriteriaTraced:
    """Return a trace as a fact for the log."""
    return CriteriaTraced(
        candidate=candidate,
        criteria=tuple(
            CriterionShown(
                criterion=item.criterion,
                text=item.text[:500],
                standing=item.standing.value,
                tests=item.tests,
                lines=tuple(map(str, item.lines)),
            )
            for item in traced.criteria
        ),
        changed=tuple(map(str, traced.changed)),
    )
