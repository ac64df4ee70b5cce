"""The sentence: Spec -> Context -> Candidate -> Verification -> Change -> Delivery."""

from journeyman.domain.attempt import Attempt
from journeyman.domain.change import Change
from journeyman.domain.delivery import Delivery
from journeyman.domain.delivery_events import RepairAsked
from journeyman.domain.event import ChangeProposed, ContextGathered, SnippetUsed, SpecIngested
from journeyman.domain.outcome import Abandoned, Accepted, Cause, Delivered, Escalated, Outcome, Planned
from journeyman.domain.plain_data import to_json
from journeyman.domain.run import Deliver, Order
from journeyman.domain.snapshot import EntryKind, Snapshot
from journeyman.domain.spec import Spec
from journeyman.domain.verification import Baseline, Ground
from journeyman.pipeline.choose import choose
from journeyman.pipeline.examples import examples_of
from journeyman.pipeline.interfaces import interfaces_of
from journeyman.pipeline.meter import Meter
from journeyman.pipeline.planning import planned
from journeyman.pipeline.publication import Publisher, SpecAgain
from journeyman.pipeline.reviewing import Chosen, reviewed
from journeyman.pipeline.search import Found, search
from journeyman.pipeline.toolbox import Toolbox
from journeyman.pipeline.tracing import recorded_trace
from journeyman.stages.gather import Gathered, gather
from journeyman.stages.generate.strategy import Assignment
from journeyman.stages.propose import Evidence, propose


async def run(  # noqa: PLR0913 - everything a run is made of
    order: Order,
    spec: Spec,
    base: Snapshot,
    *,
    run_id: str,
    tools: Toolbox,
    meter: Meter,
    spec_again: SpecAgain | None = None,
) -> Outcome:
    """Carry a spec to an outcome; `spec_again` reads the spec once more before anything is delivered.

    Raises:
        UserError: the spec cannot be measured at this base (no such test, it passes already, no test ran).
        AdapterError: the world failed.
    """
    await _record_spec(spec, tools.at("ingest"))
    if order.repair_round:
        await _record_repair(order, tools.at("repair"))
    ground = _ground(spec, base)
    baseline = await tools.at("baseline").judge.baseline(ground)
    gathering = tools.at("gather")
    gathered = await gather(
        spec, base, index=gathering.index, repository=tools.repository, token_budget=order.context_tokens
    )
    await _record_context(gathered, gathering)
    assignment = _assignment(spec, ground, baseline, gathered, order.evidence)
    assignment = await planned(assignment, order=order, tools=tools.at("plan"), meter=meter)
    if order.plan_only:
        return _plan(assignment)
    found = await search(assignment, order=order, ground=ground, baseline=baseline, tools=tools, meter=meter)
    if not found.accepted:
        return _nothing(found)
    chosen = await _chosen(found, assignment, order, tools, meter)
    evidence = await _evidence(chosen, assignment, base, run_id, tools)
    change = propose(chosen, evidence)
    await _record_change(change, chosen.candidate.id, tools.at("propose"))
    if order.deliver is Deliver.NONE:
        return Accepted(change=change)
    return Delivered(delivery=await _publish(change, tools, spec_again))


async def _chosen(found: Found, assignment: Assignment, order: Order, tools: Toolbox, meter: Meter) -> Attempt:
    """Choose among the accepted attempts by what they do, and let a reviewer show something better."""
    spec, ground = assignment.spec, assignment.ground
    first, ranked = await choose(found, spec=spec, ground=ground, tools=tools.at("choose"))
    choice = Chosen(
        attempt=first,
        ranked=ranked,
        spec=spec,
        ground=ground,
        baseline=assignment.baseline,
        assignment=assignment,
        order=order,
        meter=meter,
    )
    return await reviewed(choice, tools=tools.at("review"))


async def _evidence(chosen: Attempt, assignment: Assignment, base: Snapshot, run_id: str, tools: Toolbox) -> Evidence:
    """Return what a run can show for its choice, traced from each criterion to what shows it."""
    traced = await recorded_trace(chosen, assignment.spec, base, tools=tools)
    return Evidence(
        run=run_id,
        target=base.ref if base.ref != base.commit else "",
        spec=assignment.spec,
        baseline=assignment.baseline,
        records=await tools.records(),
        shown=traced.shown,
    )


async def _publish(change: Change, tools: Toolbox, spec_again: SpecAgain | None) -> Delivery:
    delivering = tools.at("deliver")
    publisher = Publisher(
        forge=delivering.forge,
        repository=tools.repository,
        step=delivering.step,
        wishes=tools.wishes,
        spec_again=spec_again,
    )
    return await publisher.publish(change, await tools.records())


def _ground(spec: Spec, base: Snapshot) -> Ground:
    return Ground(
        base=base,
        oracle_tests=spec.oracle_tests,
        must_pass=spec.must_pass,
        waivers=spec.waivers,
        held_out=examples_of(spec),
        interfaces=interfaces_of(spec),
        allowed_paths=spec.allowed_paths,
        forbidden_paths=spec.forbidden_paths,
    )


def _assignment(spec: Spec, ground: Ground, baseline: Baseline, gathered: Gathered, evidence: str) -> Assignment:
    told = f"# What failed when an earlier answer was delivered\n\n{evidence}" if evidence else ""
    return Assignment(
        spec=spec,
        ground=ground,
        context=gathered.context,
        baseline=baseline,
        files=gathered.files,
        tests="\n\n".join(part for part in (gathered.tests, told) if part),
        executable=frozenset(entry.path for entry in ground.base.entries if entry.kind is EntryKind.EXECUTABLE),
    )


async def _record_spec(spec: Spec, tools: Toolbox) -> None:
    await tools.step.append(
        SpecIngested(
            title=spec.title,
            spec_digest=spec.digest,
            source_digest=spec.source.digest,
            author=spec.source.author,
            trust=spec.source.trust,
            criteria=tuple(f"{criterion.id}: {criterion.text}" for criterion in spec.criteria),
            body=await tools.step.keep(spec.intent.encode()),
            spec_body=await tools.step.keep(to_json(spec)),
            objections=tuple(f"{item.rule} {item.reason}" for item in spec.objections),
            hidden=tuple(f"{path}:{item.line} {item.kind}: {item.text}" for path, item in spec.hidden),
            documents=tuple(f"{document.path} {document.digest}" for document in spec.documents),
        )
    )


async def _record_repair(order: Order, tools: Toolbox) -> None:
    """Keep what the run starts from, and its number: rounds end, whichever run they are counted in."""
    body = await tools.step.keep(order.evidence.encode("utf-8", "replace"))
    await tools.step.append(RepairAsked(repair_round=order.repair_round, commit="", jobs=(), body=body))


async def _record_context(gathered: Gathered, tools: Toolbox) -> None:
    context = gathered.context
    await tools.step.append(
        ContextGathered(
            query=gathered.query.text[:2000],
            snippets=tuple(SnippetUsed.of(snippet) for snippet in context.snippets),
            token_count=context.token_count,
            omitted=context.omitted,
        )
    )


async def _record_change(change: Change, candidate: str, tools: Toolbox) -> None:
    await tools.step.append(
        ChangeProposed(
            candidate=candidate,
            base=change.base,
            target=change.target,
            tree=change.tree,
            branch=change.branch,
            title=change.title,
            body=await tools.step.keep(change.body.encode()),
            message=await tools.step.keep(change.message.encode()),
        )
    )


def _plan(assignment: Assignment) -> Outcome:
    if not assignment.plan:
        return Abandoned(cause=Cause.BUDGET, reason="the budget has no room for a plan")
    return Planned(plan=assignment.plan)


def _nothing(found: Found) -> Outcome:
    cause = found.cause or Cause.ATTEMPTS
    if cause in (Cause.PERSON, Cause.COMPROMISED):
        return Escalated(cause=cause, reason=found.reason, findings=found.findings)
    return Abandoned(cause=cause, reason=found.reason)
