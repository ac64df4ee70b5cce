"""One lineage: generate, verify and repair in turn, beside others that share its budget and its judge."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from journeyman.domain.attempt import Attempt, Proposal
from journeyman.domain.errors import AdapterError, SpentError, UserError
from journeyman.domain.event import CandidateProposed, MoveChosen
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.outcome import Cause
from journeyman.domain.run import Order
from journeyman.domain.verification import Baseline, Ground, Verdict, Verification
from journeyman.pipeline.diversity import Approach, Turnings, approach, turned
from journeyman.pipeline.meter import Meter, MeteredModel
from journeyman.pipeline.next_move import Accept, Generate, Halt, Repair, Yield, next_move
from journeyman.pipeline.select import agreeing
from journeyman.pipeline.toolbox import Toolbox
from journeyman.stages.generate.strategy import Assignment
from journeyman.stages.verify import verify


@dataclass(slots=True, kw_only=True)
class Shared:
    """State that the lineages of a search share, touched by one event loop only."""

    order: Order
    assignment: Assignment
    ground: Ground
    baseline: Baseline
    meter: Meter
    worst_case_tokens: int
    accepted: list[Attempt] = field(default_factory=list)
    likeness: dict[str, str] = field(default_factory=dict)
    """Candidate id -> the judge's digest of its code, comments and layout apart."""
    escalated: list[Finding] = field(default_factory=list)
    faults: list[AdapterError] = field(default_factory=list)
    """Of lineages that ended because the world failed."""
    halted: Attempt | None = None
    out_of: str = ""
    """The ceiling that was reached, in words."""
    cause: Cause = Cause.BUDGET
    judged: dict[str, asyncio.Task[Attempt]] = field(default_factory=dict)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the first attempt has failed: an easy spec costs one answer, a hard one gets every lineage."""
    places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.places = asyncio.Semaphore(self.order.in_flight)

    @property
    def verifications(self) -> list[Verification]:
        """What the judge has said, of whatever lineage."""
        ended = [task for task in self.judged.values() if task.done() and not task.cancelled() and not task.exception()]
        return [verification for task in ended if (verification := task.result().verification) is not None]


async def run_lineage(shared: Shared, number: int, tools: Toolbox) -> None:
    """Work until this lineage accepts, or the search is over, or a ceiling or a fault stands in the way.

    A fault of the world ends this lineage alone: another may ask another model.
    """
    if number and shared.order.agreement == 1:
        await shared.opened.wait()
    attempts: list[Attempt] = []
    turnings = Turnings(lineage=number, attempt=0, fresh=0)
    while not shared.over.is_set():
        # The budget is shared: a lineage whose answers come at once must not use it up alone.
        await asyncio.sleep(0)
        here = tools.at(f"lineage-{number}/attempt-{len(attempts) + 1}")
        move = next_move(attempts, max_repairs=shared.order.repairs)
        if isinstance(move, Accept | Halt | Yield):
            await _conclude(shared, move, attempts[-1], number, here)
            return
        await here.step.append(MoveChosen(lineage=number, move=type(move).__name__.lower(), reason=move.reason))
        turnings = _next(turnings, move)
        try:
            async with shared.places:
                attempt = await _attempt(shared, move, turnings, here)
        except SpentError as spent:
            shared.out_of, shared.cause = spent.reason, Cause(spent.cause)
            await _stop(shared, number, spent.reason, here)
            return
        except AdapterError as fault:
            shared.faults.append(fault)
            await _stop(shared, number, str(fault), here)
            return
        attempts.append(attempt)
        if attempt.verdict is not Verdict.ACCEPTED:
            shared.opened.set()
        if attempt.verdict is Verdict.ESCALATED:
            shared.escalated.extend(grave(attempt, Severity.ESCALATE))


def _next(turnings: Turnings, move: Generate | Repair) -> Turnings:
    afresh = isinstance(move, Generate)
    return Turnings(
        lineage=turnings.lineage,
        attempt=turnings.attempt + 1,
        fresh=turnings.fresh + afresh,
        switches=turnings.switches + (isinstance(move, Generate) and move.switch),
        repair=not afresh,
    )


async def _stop(shared: Shared, number: int, reason: str, tools: Toolbox) -> None:
    shared.opened.set()
    await tools.step.append(MoveChosen(lineage=number, move="stop", reason=reason.split("\n", 1)[0]))


async def _conclude(shared: Shared, move: Accept | Halt | Yield, attempt: Attempt, number: int, tools: Toolbox) -> None:
    """Write the end of a lineage down and count it: both or neither, though the search may be over meanwhile."""
    event = MoveChosen(lineage=number, move=type(move).__name__.lower(), reason=move.reason)
    writing = asyncio.ensure_future(tools.step.append(event))
    if isinstance(move, Halt):
        shared.halted = attempt
        shared.over.set()
    elif isinstance(move, Yield):
        shared.escalated.extend(attempt.proposal.given_up)
    else:
        shared.accepted.append(attempt)
        if agreeing(shared.accepted, shared.likeness) >= shared.order.agreement:
            shared.over.set()
    try:
        await asyncio.shield(writing)
    except asyncio.CancelledError:
        await writing
        raise


async def _attempt(shared: Shared, move: Generate | Repair, turnings: Turnings, tools: Toolbox) -> Attempt:
    """Make one candidate and have it judged.

    Raises:
        SpentError: there is no room for it.
        AdapterError: the world failed.
    """
    if refused := shared.meter.begin(shared.worst_case_tokens):
        raise SpentError(refused, cause=shared.meter.cause)
    way: Approach = approach(shared.order, turnings)
    strategy = (tools.second_strategy if way.second_strategy else None) or tools.strategy
    proposal = await strategy.propose(
        turned(shared.assignment, way.shift),
        way.sampling,
        candidate_id=f"{turnings.lineage}.{turnings.attempt}",
        parent=move.parent if isinstance(move, Repair) else None,
        model=MeteredModel(tools.model_of(way.model), shared.meter),
    )
    await announce(proposal, shared.ground, tools)
    return await _verified(shared, proposal, tools)


async def announce(proposal: Proposal, ground: Ground, tools: Toolbox) -> None:
    """Write down what was proposed, with its diff against the base."""
    candidate, diff, base = proposal.candidate, "", ground.base.tree
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


async def _verified(shared: Shared, proposal: Proposal, tools: Toolbox) -> Attempt:
    """Judge a patch once, however many lineages come to it."""
    digest = proposal.candidate.digest
    if proposal.candidate.problems or proposal.given_up:
        return Attempt(proposal=proposal, verification=None)
    if digest not in shared.judged:
        judging = verify(proposal, ground=shared.ground, baseline=shared.baseline, judge=tools.judge)
        shared.judged[digest] = asyncio.create_task(judging)
    judged = await asyncio.shield(shared.judged[digest])
    attempt = Attempt(proposal=proposal, verification=judged.verification)
    if attempt.verdict is Verdict.ACCEPTED:
        shared.likeness[proposal.candidate.id] = await tools.judge.likeness(shared.ground, proposal.candidate)
    return attempt


def grave(attempt: Attempt, severity: Severity) -> tuple[Finding, ...]:
    """Return the findings of one severity."""
    findings = attempt.verification.findings if attempt.verification else ()
    return tuple(finding for finding in findings if finding.severity is severity)
