"""The search: many lineages in flight, each correcting itself, until one is accepted or the budget ends."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from journeyman.domain.attempt import Attempt, Proposal
from journeyman.domain.errors import UserError
from journeyman.domain.event import CandidateProposed, MoveChosen
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.outcome import Cause
from journeyman.domain.run import Order
from journeyman.domain.verification import Baseline, Ground, Verdict, Verification
from journeyman.pipeline.contradiction import contradictions
from journeyman.pipeline.meter import Meter, MeteredModel
from journeyman.pipeline.next_move import Accept, Generate, Halt, Move, Repair, next_move
from journeyman.pipeline.select import agreeing, select
from journeyman.pipeline.toolbox import Toolbox
from journeyman.ports.model import LanguageModel
from journeyman.stages.generate.strategy import Assignment, Sampling
from journeyman.stages.verify import verify

TEMPERATURES = (0.0, 0.5, 0.8, 1.0)
"""Of the first attempts of the lineages, in turn; a later fresh start is at least 0.6."""
REPAIR_TEMPERATURE = 0.8
"""At least: a greedy repair tends to repeat the answer word for word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search came to."""

    chosen: Attempt | None
    accepted: int
    cause: Cause | None
    """Why there is nothing to propose; None when there is."""
    reason: str
    findings: tuple[Finding, ...] = ()
    """What only a person may decide, or what compromised the run."""


@dataclass(slots=True, kw_only=True)
class _Search:
    """State that the lineages share, touched by one event loop only."""

    order: Order
    assignment: Assignment
    ground: Ground
    baseline: Baseline
    meter: Meter
    worst_case_tokens: int
    accepted: list[Attempt] = field(default_factory=list)
    escalated: list[Finding] = field(default_factory=list)
    halted: Attempt | None = None
    out_of: str = ""
    """The ceiling that was reached, in words."""
    judged: dict[str, asyncio.Task[Attempt]] = field(default_factory=dict)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the first attempt has failed: an easy spec costs one answer, a hard one gets every lineage."""


async def search(
    assignment: Assignment, *, order: Order, ground: Ground, baseline: Baseline, tools: Toolbox, meter: Meter
) -> Found:
    """Run the lineages of an order until enough candidates agree, something halts the run or a ceiling is reached."""
    worst = tools.strategy.worst_case_tokens(assignment)
    state = _Search(
        order=order, assignment=assignment, ground=ground, baseline=baseline, meter=meter, worst_case_tokens=worst
    )
    lineages = [asyncio.create_task(_lineage(state, number, tools)) for number in range(order.candidates)]
    everyone = asyncio.gather(*lineages)
    racing: list[asyncio.Future[Any]] = [everyone, asyncio.create_task(state.over.wait())]
    try:
        done, _ = await asyncio.wait(racing, timeout=meter.left_s, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            state.out_of = f"{order.budget.wall_time_s:.0f} s of wall time have passed"
        elif everyone in done:
            everyone.result()
    finally:
        await _stop([*racing, *lineages, *state.judged.values()])
    return _found(state)


async def _stop(tasks: list[asyncio.Future[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _found(state: _Search) -> Found:
    chosen = select(state.accepted)
    if state.halted is not None and state.halted.verification is not None:
        findings = _grave(state.halted, Severity.COMPROMISE)
        reason = findings[0].reason if findings else "a candidate tried to fool the harness"
        return Found(chosen=None, accepted=0, cause=Cause.COMPROMISED, reason=reason, findings=findings)
    if chosen is not None:
        return Found(chosen=chosen, accepted=len(state.accepted), cause=None, reason="accepted by the judge")
    against = contradictions(_verifications(state), baseline=state.baseline, must_pass=state.ground.must_pass)
    if against:
        return Found(chosen=None, accepted=0, cause=Cause.PERSON, reason=against[0].reason, findings=against)
    if state.escalated:
        unique = tuple(dict.fromkeys(state.escalated))
        return Found(chosen=None, accepted=0, cause=Cause.PERSON, reason=unique[0].reason, findings=unique)
    used_up = state.order.budget.attempts is not None and state.meter.attempts >= state.order.budget.attempts
    cause = Cause.ATTEMPTS if used_up else Cause.BUDGET
    return Found(chosen=None, accepted=0, cause=cause, reason=state.out_of or "no attempt was accepted")


async def _lineage(state: _Search, number: int, tools: Toolbox) -> None:
    """Generate, verify and repair in turn until this lineage accepts or the run is over."""
    if number and state.order.agreement == 1:
        await state.opened.wait()
    attempts: list[Attempt] = []
    fresh = 0
    while not state.over.is_set():
        # The budget is shared: a lineage whose answers come at once must not use it up alone.
        await asyncio.sleep(0)
        here = tools.at(f"lineage-{number}/attempt-{len(attempts) + 1}")
        move = next_move(attempts, max_repairs=state.order.repairs)
        await here.step.append(MoveChosen(lineage=number, move=type(move).__name__.lower(), reason=move.reason))
        if isinstance(move, Accept | Halt):
            _conclude(state, move, attempts[-1])
            return
        refused = state.meter.begin(state.worst_case_tokens)
        if refused:
            state.out_of = refused
            state.opened.set()
            return
        fresh += isinstance(move, Generate)
        try:
            attempts.append(await _attempt(state, move, f"{number}.{len(attempts) + 1}", here, fresh=fresh))
        finally:
            state.meter.end(state.worst_case_tokens)
        if attempts[-1].verdict is not Verdict.ACCEPTED:
            state.opened.set()
        if attempts[-1].verdict is Verdict.ESCALATED:
            state.escalated.extend(_grave(attempts[-1], Severity.ESCALATE))


def _conclude(state: _Search, move: Move, attempt: Attempt) -> None:
    if isinstance(move, Halt):
        state.halted = attempt
        state.over.set()
        return
    state.accepted.append(attempt)
    if agreeing(state.accepted) >= state.order.agreement:
        state.over.set()


async def _attempt(state: _Search, move: Generate | Repair, name: str, tools: Toolbox, *, fresh: int) -> Attempt:
    parent = move.parent if isinstance(move, Repair) else None
    model: LanguageModel = MeteredModel(tools.model, state.meter)
    sampling = _sampling(state.order, name, fresh=fresh, repair=parent is not None)
    proposal = await tools.strategy.propose(state.assignment, sampling, candidate_id=name, parent=parent, model=model)
    await _announce(state, proposal, tools)
    return await _verified(state, proposal, tools)


async def _announce(state: _Search, proposal: Proposal, tools: Toolbox) -> None:
    candidate, diff, base = proposal.candidate, "", state.ground.base.tree
    if candidate.changes:
        # A path that git must never see has no diff; the judge refuses it by name.
        with suppress(UserError):
            tree = await tools.repository.overlay(base, candidate.changes)
            diff = await tools.step.keep((await tools.repository.diff(base, tree)).encode())
    await tools.step.append(
        CandidateProposed(
            candidate=candidate.id,
            parent=candidate.parent or "",
            digest=candidate.digest,
            paths=candidate.paths,
            problems=candidate.problems,
            diff_body=diff,
        )
    )


async def _verified(state: _Search, proposal: Proposal, tools: Toolbox) -> Attempt:
    """Judge a patch once, however many lineages come to it."""
    digest = proposal.candidate.digest
    if proposal.candidate.problems:
        return Attempt(proposal=proposal, verification=None)
    if digest not in state.judged:
        judging = verify(proposal, ground=state.ground, baseline=state.baseline, judge=tools.judge)
        state.judged[digest] = asyncio.create_task(judging)
    judged = await asyncio.shield(state.judged[digest])
    return Attempt(proposal=proposal, verification=judged.verification)


def _sampling(order: Order, name: str, *, fresh: int, repair: bool) -> Sampling:
    """Spread the lineages: one greedy, the others ever freer; seeds follow from the order alone."""
    lineage, attempt = (int(part) for part in name.split("."))
    temperature = TEMPERATURES[lineage % len(TEMPERATURES)]
    if repair:
        temperature = max(temperature, REPAIR_TEMPERATURE)
    elif fresh > 1:
        temperature = max(temperature, 0.6)
    return Sampling(temperature=temperature, seed=order.seed + 1000 * lineage + attempt)


def _verifications(state: _Search) -> list[Verification]:
    ended = [task for task in state.judged.values() if task.done() and not task.cancelled() and not task.exception()]
    return [verification for task in ended if (verification := task.result().verification) is not None]


def _grave(attempt: Attempt, severity: Severity) -> tuple[Finding, ...]:
    findings = attempt.verification.findings if attempt.verification else ()
    return tuple(finding for finding in findings if finding.severity is severity)
