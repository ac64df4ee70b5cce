"""The reviewer's part of a run: objections are put to the proof, and what is shown gets one round of repair.

A reviewer is a model: what it says is not evidence. A test of its that fails is. Another accepted candidate that
passes it is taken instead; if there is none, the chosen one is repaired once, and the judge decides about the result
as about any other. Whatever comes of it, the run goes on: an objection is printed for people and stops nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from journeyman.domain.attempt import Attempt
from journeyman.domain.candidate import Candidate, FileChange
from journeyman.domain.choice import ObjectionSeen, ReviewGiven
from journeyman.domain.errors import AdapterError, SpentError
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.run import Order
from journeyman.domain.spec import Spec
from journeyman.domain.verification import Baseline, Ground, Verdict
from journeyman.pipeline.diversity import Turnings, approach
from journeyman.pipeline.lineage import announce
from journeyman.pipeline.meter import Meter, MeteredModel
from journeyman.pipeline.select import Group
from journeyman.pipeline.toolbox import Toolbox
from journeyman.stages.generate.strategy import Assignment
from journeyman.stages.review import Objection, review
from journeyman.stages.verify import verify

SHOWN, REFUTED, UNTRIED = "shown", "refuted", "untried"
_REPAIR_LINEAGE = 1000
"""Of the repair's name and seeds: no lineage of a search has this number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What was chosen, and everything that a review works with."""

    attempt: Attempt
    ranked: tuple[Group, ...]
    spec: Spec
    ground: Ground
    baseline: Baseline
    assignment: Assignment
    order: Order
    meter: Meter


async def reviewed(chosen: Chosen, *, tools: Toolbox) -> Attempt:
    """Return the attempt to propose: the chosen one, unless a test of the reviewer shows something better.

    Raises:
        UserError: the reviewer cannot be asked as ordered.
    """
    if tools.reviewer is None:
        return chosen.attempt
    try:
        objections = await _objections(chosen, tools)
    except (SpentError, AdapterError) as error:
        await tools.step.append(_told(chosen.attempt, tools.reviewer.name, note=str(error)))
        return chosen.attempt
    states = await _tried(chosen.attempt.candidate, objections, chosen, tools)
    shown = [one for one, state in zip(objections, states, strict=True) if state == SHOWN]
    best, note = (await _better(chosen, shown, tools)) if shown else (chosen.attempt, "")
    await tools.step.append(_told(best, tools.reviewer.name, objections, states, note=note))
    return best


async def _objections(chosen: Chosen, tools: Toolbox) -> tuple[Objection, ...]:
    if tools.reviewer is None:
        return ()
    base = chosen.ground.base.tree
    diff = await tools.repository.diff(base, await tools.repository.overlay(base, chosen.attempt.candidate.changes))
    model = MeteredModel(tools.reviewer, chosen.meter, late=True)
    return await review(chosen.attempt, diff, spec=chosen.spec, model=model)


async def _tried(candidate: Candidate, objections: Sequence[Objection], chosen: Chosen, tools: Toolbox) -> list[str]:
    """Return what became of each objection's test when it was run against a candidate."""
    tests = _files(objections, chosen.baseline)
    if not tests:
        return [UNTRIED for _ in objections]
    # The reviewer's tests ride on the candidate as if it had brought them along: the judge runs those by themselves.
    carrying = replace(candidate, changes=_laid(candidate.changes, tuple(tests.values())))
    (seen,) = await tools.judge.behaviour(chosen.ground, [carrying], [])
    states = []
    for number in range(len(objections)):
        name = _stem(number)
        ended = {outcome for node, outcome in seen.answers.items() if name in node}
        states.append(SHOWN if "failed" in ended else REFUTED if ended == {"passed"} else UNTRIED)
    return states


async def _better(chosen: Chosen, shown: Sequence[Objection], tools: Toolbox) -> tuple[Attempt, str]:
    """Return an attempt that passes what the reviewer has shown, or the chosen one, with what happened."""
    for group in chosen.ranked[1:]:
        other = group.attempts[0]
        if all(state == REFUTED for state in await _tried(other.candidate, shown, chosen, tools)):
            return other, f"candidate {other.candidate.id}, accepted too, passes what the reviewer showed"
    try:
        repaired = await _repaired(chosen, shown, tools)
    except (SpentError, AdapterError) as error:
        return chosen.attempt, f"no repair was made: {error}"
    if repaired.verdict is not Verdict.ACCEPTED:
        return chosen.attempt, "the judge refused the repair"
    if any(state != REFUTED for state in await _tried(repaired.candidate, shown, chosen, tools)):
        return chosen.attempt, "the repair does not pass what the reviewer showed"
    return repaired, f"repaired as {repaired.candidate.id}, which passes what the reviewer showed"


async def _repaired(chosen: Chosen, shown: Sequence[Objection], tools: Toolbox) -> Attempt:
    parent = chosen.attempt
    findings = tuple(
        Finding(
            rule="reviewer-test-fails",
            severity=Severity.REJECT,
            reason=f"a reviewer shows that it is not right yet: {one.text}\n\n```python\n{one.test.rstrip()}\n```\n",
            remedy="This test must pass too.",
        )
        for one in shown
    )
    if parent.verification is not None:
        parent = replace(parent, verification=replace(parent.verification, findings=findings))
    here = tools.at("repair")
    way = approach(chosen.order, Turnings(lineage=_REPAIR_LINEAGE, attempt=1, fresh=1, repair=True))
    proposal = await here.strategy.propose(
        chosen.assignment,
        way.sampling,
        candidate_id=f"{_REPAIR_LINEAGE}.1",
        parent=parent,
        model=MeteredModel(here.model, chosen.meter, late=True),
    )
    await announce(proposal, chosen.ground, here)
    return await verify(proposal, ground=chosen.ground, baseline=chosen.baseline, judge=here.judge)


def _files(objections: Sequence[Objection], baseline: Baseline) -> dict[int, FileChange]:
    """Return objection number -> its test as a file beside the project's own tests."""
    files = (result.node_id.partition("::")[0] for result in baseline.results)
    folder = next((path.rpartition("/")[0] for path in files if path.endswith(".py")), "tests")
    prefix = f"{folder}/" if folder else ""
    return {
        number: FileChange(path=f"{prefix}{_stem(number)}.py", content=one.test.encode())
        for number, one in enumerate(objections)
        if one.test
    }


def _stem(number: int) -> str:
    return f"test_by_reviewer_{number}"


def _laid(changes: tuple[FileChange, ...], tests: tuple[FileChange, ...]) -> tuple[FileChange, ...]:
    return tuple(sorted((*changes, *tests), key=lambda change: change.path))


def _told(
    attempt: Attempt,
    reviewer: str,
    objections: Sequence[Objection] = (),
    states: Sequence[str] = (),
    *,
    note: str = "",
) -> ReviewGiven:
    return ReviewGiven(
        reviewer=reviewer,
        candidate=attempt.candidate.id,
        objections=tuple(
            ObjectionSeen(text=one.text, criterion=one.criterion, test=one.test, state=state)
            for one, state in zip(objections, states, strict=True)
        ),
        note=note.split("\n", 1)[0],
    )
