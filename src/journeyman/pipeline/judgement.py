"""The judgement of two commits: the verify stage by itself, for a change that somebody else has made."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import cast

from journeyman.domain.attempt import Proposal
from journeyman.domain.finding import Finding, Severity, gravest_first
from journeyman.domain.verification import Baseline, Ground, TestOutcome, Verdict, Verification
from journeyman.pipeline.commits import difference
from journeyman.ports.judge import Judge
from journeyman.ports.repository import Repository
from journeyman.stages.verify import verify

_RED = frozenset({TestOutcome.FAILED, TestOutcome.ERROR})
_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The judge's answer about two commits, with what it rests on. Equal inputs give equal judgements."""

    base: str
    """Commit id."""
    head: str
    """Commit id."""
    baseline: Baseline
    verification: Verification
    changed: tuple[str, ...] = ()
    """Paths that differ between the two, sorted."""
    notes: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The gravest first."""
        return self.verification.findings

    @property
    def verdict(self) -> Verdict:
        """What the findings ask for."""
        return self.verification.verdict


async def judge_commits(ground: Ground, head_ref: str, *, repository: Repository, judge: Judge) -> Judgement:
    """Judge what `head_ref` changes of the ground's base.

    Raises:
        UserError: no such commit, it does not rest on the base, or the base cannot be measured.
        AdapterError: the world failed.
    """
    head = await repository.snapshot(head_ref)
    between = await difference(ground.base, head, repository=repository)
    baseline = await judge.baseline(ground)
    proposal = Proposal(candidate=between.candidate, turns=())
    attempt = await verify(proposal, ground=ground, baseline=baseline, judge=judge)
    verification = cast("Verification", attempt.verification)  # only a candidate with problems has none
    findings = [*verification.findings, *(_for(ground, found) for found in between.findings)]
    findings += _still_failing(baseline, verification)
    return Judgement(
        base=ground.base.commit,
        head=head.commit,
        baseline=baseline,
        verification=replace(verification, findings=gravest_first(findings)),
        changed=tuple(sorted({*between.candidate.paths, *(found.path for found in between.findings if found.path)})),
        notes=between.notes,
    )


def _for(ground: Ground, finding: Finding) -> Finding:
    return replace(finding, severity=Severity.NOTE) if ground.by_person else finding


def _still_failing(baseline: Baseline, verification: Verification) -> Iterator[Finding]:
    """Yield a note when the base is red and stays so where it was: nobody asked for these to pass, and it shows."""
    if not verification.checks:
        return
    last = {result.node_id: result.outcome for result in verification.checks[-1].results}
    red = sorted(node for node, was in baseline.outcomes().items() if was in _RED and last.get(node) in _RED)
    if red:
        named = ", ".join(f"`{node}`" for node in red[:_NAMED]) + (", ..." if len(red) > _NAMED else "")
        yield Finding(
            rule="still-failing",
            severity=Severity.NOTE,
            reason=f"{len(red)} of the base's tests failed before the change and fail after it: {named}",
            remedy="Name with --must-pass what the change is meant to mend.",
        )
