"""One plain line for each record: what a person reads while a run goes on."""

from functools import singledispatch

from journeyman.domain.agent_events import PlanMade, ToolCalled
from journeyman.domain.choice import BehaviourSeen, CandidateChosen, ReviewGiven
from journeyman.domain.delivery_events import (
    CiHeard,
    DeliveryCleared,
    EffectConfirmed,
    EffectIntended,
    ForgeSurveyed,
    HandedOver,
    MergeSeen,
    RepairAsked,
    WebhookReceived,
)
from journeyman.domain.event import (
    BaselineMeasured,
    CandidateProposed,
    CandidateVerified,
    ChangeDelivered,
    ChangeProposed,
    CodeFound,
    CommandRan,
    ContextGathered,
    CriteriaTraced,
    DeliveryIntended,
    EnvironmentChosen,
    Event,
    ModelCalled,
    MoveChosen,
    Record,
    RunEnded,
    RunStarted,
    SpecIngested,
)
from journeyman.domain.finding import Severity
from journeyman.domain.usage import Usage

_LONGEST = 200
_SHORT_ID = 12


def describe(record: Record) -> str:
    """Return what a record says, in one line of printable text of at most 200 characters."""
    return one_line(_say(record.event))


def one_line(text: str, *, longest: int = _LONGEST) -> str:
    """Return untrusted text safe to print: control, invisible and direction characters are escaped."""
    clipped = text if len(text) <= longest else text[: longest - 1] + "…"
    safe = "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in clipped)
    return safe if len(safe) <= longest else safe[: longest - 1] + "…"


def price(cost_usd: float | None) -> str:
    """Return an amount of money in words; an unknown price is not nothing."""
    return "unknown cost" if cost_usd is None else f"${cost_usd:.4f}"


def _count(number: int, noun: str, *, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def _consumed(usage: Usage) -> str:
    return f"{usage.input_tokens:,} + {usage.output_tokens:,} tokens, {price(usage.cost_usd)}"


def _listing(items: tuple[str, ...], *, most: int = 3) -> str:
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more


@singledispatch
def _say(event: Event) -> str:
    return event.kind.replace("-", " ")


@_say.register
def _(event: RunStarted) -> str:
    lineages = _count(event.candidates, "lineage")
    return f"run started on {event.base_ref} ({event.base[:_SHORT_ID]}) with {event.model}, {lineages}"


@_say.register
def _(event: SpecIngested) -> str:
    criteria = (
        _count(len(event.criteria), "criterion") if len(event.criteria) == 1 else f"{len(event.criteria)} criteria"
    )
    return f"spec: {event.title} ({criteria}, {event.trust} trust)"


@_say.register
def _(event: CriteriaTraced) -> str:
    shown = sum(item.standing == "demonstrated" for item in event.criteria)
    missing = tuple(item.criterion for item in event.criteria if item.standing != "demonstrated")
    rest = f"; not: {_listing(missing)}" if missing else ""
    return f"criteria: {shown} of {len(event.criteria)} demonstrated{rest}"


@_say.register
def _(event: EnvironmentChosen) -> str:
    made = f"built from the lock files ({event.digest[:_SHORT_ID]})" if event.digest else event.interpreter
    return "; ".join((f"environment: {made}", *event.notes))


@_say.register
def _(event: BaselineMeasured) -> str:
    unstable = f", {len(event.unstable)} unstable" if event.unstable else ""
    return f"baseline: {event.passed:,} of {_count(event.tests, 'test')} pass{unstable}"


@_say.register
def _(event: CodeFound) -> str:
    places = tuple(f"{found.path}:{found.start_line}-{found.end_line}" for found in event.snippets)
    return f"code: {event.lookup} `{event.query.partition(chr(10))[0][:60]}`: {_listing(places) or 'nothing found'}"


@_say.register
def _(event: ContextGathered) -> str:
    files = len({snippet.path for snippet in event.snippets})
    omitted = f", {event.omitted} left out" if event.omitted else ""
    snippets = _count(len(event.snippets), "snippet")
    return f"context: {snippets} of {_count(files, 'file')}, about {event.token_count:,} tokens{omitted}"


@_say.register
def _(event: ModelCalled) -> str:
    cut = "" if event.finish_reason == "stop" else f", ended by {event.finish_reason}"
    answered = f"{event.served_model} answered `{event.prompt_name}` in {event.duration_s:.1f} s{cut}"
    return f"model: {answered}, {_consumed(event.usage)}"


@_say.register
def _(event: ToolCalled) -> str:
    what = f"{event.tool} {event.about[:80]}".rstrip()
    return f"tool: {what} ({event.duration_s:.1f} s): {'failed, ' if event.failed else ''}{event.said}"


@_say.register
def _(event: PlanMade) -> str:
    return f"plan: laid down by {'a person' if event.by == 'person' else event.by}"


@_say.register
def _(event: CandidateProposed) -> str:
    repaired = f", repairing {event.parent}" if event.parent else ""
    if event.problems:
        return f"candidate {event.candidate}{repaired}: no patch, {_listing(event.problems, most=1)}"
    return f"candidate {event.candidate}{repaired}: changes {_listing(event.paths)}"


@_say.register
def _(event: CommandRan) -> str:
    ended = f"exited with {event.exit_status}" if event.ending == "exited" else event.ending.replace("_", " ")
    command = " ".join(event.argv)
    refused = sum(not request.allowed for request in event.requests)
    asked = f", {_count(len(event.requests), 'network request')} ({refused} refused)" if event.requests else ""
    return f"sandbox: {ended} after {event.duration_s:.1f} s{asked}: {command}"


@_say.register
def _(event: CandidateVerified) -> str:
    grave = [finding for finding in event.findings if finding.severity is not Severity.NOTE]
    why = f": {grave[0].rule}, {grave[0].reason}" if grave else ""
    newly = f", {len(event.newly_passing)} newly" if event.newly_passing else ""
    tests = f"{event.passed:,} of {_count(event.tests, 'test')} pass{newly}"
    return f"judge: candidate {event.candidate} {event.verdict}, {tests}{why}"


@_say.register
def _(event: BehaviourSeen) -> str:
    return f"candidate {event.candidate}: asked {_count(event.answers, 'question')} about what it does"


@_say.register
def _(event: CandidateChosen) -> str:
    sizes = ", ".join(str(len(cluster.candidates)) for cluster in event.clusters)
    groups = f" in groups of {sizes}" if len(event.clusters) > 1 else ""
    return f"chosen: candidate {event.candidate} of {event.accepted} accepted{groups}, {event.reason}"


@_say.register
def _(event: ReviewGiven) -> str:
    shown = sum(one.state == "shown" for one in event.objections)
    said = f"{_count(len(event.objections), 'objection')}, {shown} shown" if event.objections else "no objection"
    return f"reviewer {event.reviewer}: {said}{'; ' if event.note else ''}{event.note}"


@_say.register
def _(event: MoveChosen) -> str:
    where = f"lineage {event.lineage}: " if event.lineage >= 0 else ""
    return f"{where}{event.move}: {event.reason}"


@_say.register
def _(event: ChangeProposed) -> str:
    return f"change: {event.title} (candidate {event.candidate}, branch {event.branch})"


@_say.register
def _(event: DeliveryIntended) -> str:
    return f"delivering tree {event.tree[:_SHORT_ID]} to {event.branch}"


@_say.register
def _(event: DeliveryCleared) -> str:
    notes = f" ({'; '.join(event.notes)})" if event.notes else ""
    return f"cleared for {event.place}: record {event.judged_at} accepts tree {event.tree[:_SHORT_ID]}{notes}"


@_say.register
def _(event: ForgeSurveyed) -> str:
    tip = f"{event.target} is at {event.target_tip[:_SHORT_ID]}" if event.target_tip else f"there is no {event.target}"
    held = "" if event.holds_base else ", and does not hold the base"
    return f"forge: {event.place}, {tip}{held}{', archived' if event.archived else ''}"


@_say.register
def _(event: EffectIntended) -> str:
    return f"about to {event.effect} {event.target} at {event.place}: {event.detail}"


@_say.register
def _(event: EffectConfirmed) -> str:
    state = "was there already" if event.found else "done"
    notes = f" ({'; '.join(event.notes)})" if event.notes else ""
    return f"{event.effect} {event.target} {state} {event.reference}{notes}"


@_say.register
def _(event: CiHeard) -> str:
    failed = tuple(job.name for job in event.jobs if job.state == "failed")
    why = f": {_listing(failed)} failed" if failed else ""
    return f"ci: {event.commit[:_SHORT_ID]} {event.state}{why} (by {event.heard_by})"


@_say.register
def _(event: WebhookReceived) -> str:
    return f"webhook: {event.sender} says {event.name} {event.action} ({event.delivery})"


@_say.register
def _(event: RepairAsked) -> str:
    why = f": {_listing(event.jobs)} failed on {event.commit[:_SHORT_ID]}" if event.jobs else ""
    return f"repair round {event.repair_round}{why}"


@_say.register
def _(event: HandedOver) -> str:
    return f"handed over to a person: {event.reason}"


@_say.register
def _(event: MergeSeen) -> str:
    who = "a person" if event.by_person else "no person"
    return f"merged: #{event.number} at {event.place} by {event.merged_by} ({who}), {event.commit[:_SHORT_ID]}"


@_say.register
def _(event: ChangeDelivered) -> str:
    again = ", which was there already" if event.already_there else ""
    return f"delivered: {event.branch} at {event.commit[:_SHORT_ID]}{again}, {event.pull_request}"


@_say.register
def _(event: RunEnded) -> str:
    why = f": {event.reason}" if event.reason else ""
    spent = f"{_count(event.attempts, 'attempt')}, {event.duration_s:.1f} s, {_consumed(event.usage)}"
    return f"run {event.outcome}{why} ({spent})"
