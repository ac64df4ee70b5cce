"""The search: many lineages in flight, each correcting itself, until enough agree or the budget ends."""

import asyncio
from dataclasses import dataclass
from typing import Any

from journeyman.domain.attempt import Attempt
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.outcome import Cause
from journeyman.domain.run import Order
from journeyman.domain.verification import Baseline, Ground
from journeyman.pipeline.contradiction import contradictions
from journeyman.pipeline.lineage import Shared, grave, run_lineage
from journeyman.pipeline.meter import Meter
from journeyman.pipeline.toolbox import Toolbox
from journeyman.stages.generate.strategy import Assignment


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search came to."""

    accepted: tuple[Attempt, ...]
    """By the judge; by lineage, whichever came first."""
    likeness: dict[str, str]
    """Candidate id -> the judge's digest of its code, comments and layout apart."""
    cause: Cause | None
    """Why there is nothing to propose; None when there is."""
    reason: str
    findings: tuple[Finding, ...] = ()
    """What only a person may decide, or what compromised the run."""


async def search(
    assignment: Assignment, *, order: Order, ground: Ground, baseline: Baseline, tools: Toolbox, meter: Meter
) -> Found:
    """Run the lineages of an order until enough candidates agree, something halts the run or a ceiling is reached.

    Raises:
        AdapterError: the world failed every lineage, and nothing was accepted.
        UserError: a model cannot be asked as ordered.
    """
    shared = Shared(
        order=order,
        assignment=assignment,
        ground=ground,
        baseline=baseline,
        meter=meter,
        worst_case_tokens=tools.strategy.worst_case_tokens(assignment),
    )
    lineages = [asyncio.create_task(run_lineage(shared, number, tools)) for number in range(order.candidates)]
    everyone = asyncio.gather(*lineages)
    racing: list[asyncio.Future[Any]] = [everyone, asyncio.create_task(shared.over.wait())]
    try:
        done, _ = await asyncio.wait(racing, timeout=meter.left_s, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            shared.out_of = f"{order.budget.wall_time_s:.0f} s of wall time have passed"
        elif everyone in done:
            everyone.result()
    finally:
        await _stop([*racing, *lineages, *shared.judged.values()])
    return _found(shared)


async def _stop(tasks: list[asyncio.Future[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _found(shared: Shared) -> Found:
    if shared.halted is not None:
        findings = grave(shared.halted, Severity.COMPROMISE)
        reason = findings[0].reason if findings else "a candidate tried to fool the harness"
        return _nothing(Cause.COMPROMISED, reason, findings)
    if shared.accepted:
        accepted = tuple(sorted(shared.accepted, key=_place))
        return Found(accepted=accepted, likeness=shared.likeness, cause=None, reason="accepted by the judge")
    against = contradictions(shared.verifications, baseline=shared.baseline, must_pass=shared.ground.must_pass)
    if against:
        return _nothing(Cause.PERSON, against[0].reason, against)
    if shared.escalated:
        unique = tuple(dict.fromkeys(shared.escalated))
        return _nothing(Cause.PERSON, unique[0].reason, unique)
    if shared.faults and not shared.out_of:
        raise shared.faults[0]
    return _nothing(shared.cause, shared.out_of or "no attempt was accepted")


def _nothing(cause: Cause, reason: str, findings: tuple[Finding, ...] = ()) -> Found:
    return Found(accepted=(), likeness={}, cause=cause, reason=reason, findings=findings)


def _place(attempt: Attempt) -> tuple[int, int]:
    lineage, _, number = attempt.candidate.id.partition(".")
    return int(lineage), int(number)
