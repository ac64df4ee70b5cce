"""Views: what a run came to so far, as a fold of its records and of nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce, singledispatch

from journeyman.domain.event import (
    BaselineMeasured,
    CandidateProposed,
    CandidateVerified,
    ChangeDelivered,
    ChangeProposed,
    ContextGathered,
    CriteriaTraced,
    CriterionShown,
    Event,
    ModelCalled,
    Record,
    RunEnded,
    RunStarted,
    SnippetUsed,
    SpecIngested,
)
from journeyman.domain.finding import Finding
from journeyman.domain.usage import Usage

RUNNING = "running"
"""The state of a run whose log has no end yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateView:
    """One candidate and what the judge said."""

    id: str
    parent: str
    digest: str
    paths: tuple[str, ...]
    problems: tuple[str, ...]
    diff_body: str
    verdict: str = ""
    """Empty until the judge has spoken, and for ever when there are problems."""
    tree: str = ""
    tests: int = 0
    passed: int = 0
    newly_passing: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """One run, as far as its records go."""

    run: str = ""
    state: str = RUNNING
    """`running`, or the outcome: `delivered`, `accepted`, `escalated`, `abandoned`."""
    cause: str = ""
    reason: str = ""
    spec_locator: str = ""
    title: str = ""
    criteria: tuple[str, ...] = ()
    traced: tuple[CriterionShown, ...] = ()
    """What shows each criterion in the chosen candidate."""
    changed_lines: tuple[str, ...] = ()
    """`path:start-end`, of the chosen candidate."""
    base: str = ""
    base_ref: str = ""
    model: str = ""
    """As requested."""
    served_models: tuple[str, ...] = ()
    """As the responses named them, sorted."""
    strategy: str = ""
    version: str = ""
    baseline: BaselineMeasured | None = None
    query: str = ""
    snippets: tuple[SnippetUsed, ...] = ()
    candidates: tuple[CandidateView, ...] = ()
    attempts: int = 0
    usage: Usage = field(default_factory=Usage)
    chosen: str = ""
    """Id of the candidate that became the change."""
    tree: str = ""
    branch: str = ""
    commit: str = ""
    pull_request: str = ""
    change_body: str = ""
    """Digest of the pull request's text."""
    started_at: str = ""
    updated_at: str = ""
    elapsed_s: float = 0.0
    last: Record | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding about any candidate, once each, in order of first appearance."""
        return tuple(dict.fromkeys(finding for candidate in self.candidates for finding in candidate.findings))

    def candidate(self, candidate: str) -> CandidateView | None:
        """Return a candidate by its id."""
        return next((one for one in self.candidates if one.id == candidate), None)


def fold(records: Iterable[Record]) -> RunView:
    """Return the view of a run from all its records."""
    return reduce(advance, records, RunView())


def advance(view: RunView, record: Record) -> RunView:
    """Return the view one record later."""
    started_at = view.started_at or record.at
    elapsed = datetime.fromisoformat(record.at) - datetime.fromisoformat(started_at)
    moved = replace(
        view,
        run=record.run,
        started_at=started_at,
        updated_at=record.at,
        elapsed_s=round(elapsed.total_seconds(), 3),
        last=record,
    )
    return _apply(record.event, moved)


@singledispatch
def _apply(_event: Event, view: RunView) -> RunView:
    """Return the view after an event; most events change nothing that is shown."""
    return view


@_apply.register
def _(event: RunStarted, view: RunView) -> RunView:
    return replace(
        view,
        spec_locator=event.spec_locator,
        base=event.base,
        base_ref=event.base_ref,
        model=event.model,
        strategy=event.strategy,
        version=event.version,
    )


@_apply.register
def _(event: SpecIngested, view: RunView) -> RunView:
    return replace(view, title=event.title, criteria=event.criteria)


@_apply.register
def _(event: CriteriaTraced, view: RunView) -> RunView:
    return replace(view, traced=event.criteria, changed_lines=event.changed)


@_apply.register
def _(event: BaselineMeasured, view: RunView) -> RunView:
    return replace(view, baseline=event)


@_apply.register
def _(event: ContextGathered, view: RunView) -> RunView:
    return replace(view, query=event.query, snippets=event.snippets)


@_apply.register
def _(event: ModelCalled, view: RunView) -> RunView:
    served = tuple(sorted({*view.served_models, event.served_model}))
    return replace(view, served_models=served, usage=view.usage + event.usage)


@_apply.register
def _(event: CandidateProposed, view: RunView) -> RunView:
    proposed = CandidateView(
        id=event.candidate,
        parent=event.parent,
        digest=event.digest,
        paths=event.paths,
        problems=event.problems,
        diff_body=event.diff_body,
    )
    return replace(view, candidates=(*view.candidates, proposed), attempts=view.attempts + 1)


@_apply.register
def _(event: CandidateVerified, view: RunView) -> RunView:
    def judged(candidate: CandidateView) -> CandidateView:
        if candidate.id != event.candidate:
            return candidate
        return replace(
            candidate,
            verdict=event.verdict,
            tree=event.tree,
            tests=event.tests,
            passed=event.passed,
            newly_passing=event.newly_passing,
            findings=event.findings,
        )

    return replace(view, candidates=tuple(judged(candidate) for candidate in view.candidates))


@_apply.register
def _(event: ChangeProposed, view: RunView) -> RunView:
    return replace(view, chosen=event.candidate, tree=event.tree, branch=event.branch, change_body=event.body)


@_apply.register
def _(event: ChangeDelivered, view: RunView) -> RunView:
    return replace(view, branch=event.branch, commit=event.commit, pull_request=event.pull_request)


@_apply.register
def _(event: RunEnded, view: RunView) -> RunView:
    return replace(
        view,
        state=event.outcome,
        cause=event.cause,
        reason=event.reason,
        attempts=event.attempts,
        usage=event.usage,
        elapsed_s=event.duration_s,
    )
