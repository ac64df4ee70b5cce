"""The contradiction rule, pure: attempts that were judged -> why no change could please everyone, if so it looks.

A test that must pass and a test that passes at the base may ask for opposite things. Then every candidate
breaks one of them, and the honest end is a person's decision with the evidence, not another attempt.
"""

from collections.abc import Iterable, Sequence

from journeyman.domain.finding import Finding, Severity
from journeyman.domain.verification import Baseline, TestOutcome, Verification

EVIDENCE_LEAST = 2
"""Different candidates that satisfied the one and broke the other, before it is called a contradiction."""


def contradictions(
    verifications: Iterable[Verification], *, baseline: Baseline, must_pass: Sequence[str]
) -> tuple[Finding, ...]:
    """Return a finding for each wanted test that never passed together with a certain test of the base.

    Args:
        verifications: of different candidates; those whose tests were not run say nothing.
        baseline: what the base did: there the one failed and the other passed.
        must_pass: node ids or paths that the spec wants.
    """
    maps = [outcomes for one in verifications if (outcomes := _outcomes(one))]
    before = baseline.outcomes()
    held = {node for node, was in before.items() if was is TestOutcome.PASSED and node not in baseline.unstable}
    wanted = {node for outcomes in maps for node in outcomes if _covered(node, must_pass) and node not in held}
    found = []
    for node in sorted(wanted):
        satisfied = [outcomes for outcomes in maps if outcomes.get(node) is TestOutcome.PASSED]
        if len(satisfied) < EVIDENCE_LEAST:
            continue
        broken = set.intersection(*({other for other in held if _fails(outcomes.get(other))} for outcomes in satisfied))
        found += [_finding(node, other, len(satisfied)) for other in sorted(broken)]
    return tuple(found)


def _outcomes(verification: Verification) -> dict[str, TestOutcome]:
    return {result.node_id: result.outcome for check in verification.checks[:1] for result in check.results}


def _covered(node: str, must_pass: Sequence[str]) -> bool:
    return any(node == name or node.startswith((f"{name}::", f"{name}[", f"{name}/")) for name in must_pass)


def _fails(outcome: TestOutcome | None) -> bool:
    return outcome in {TestOutcome.FAILED, TestOutcome.ERROR}


def _finding(wanted: str, other: str, number: int) -> Finding:
    return Finding(
        rule="contradictory-spec",
        severity=Severity.ESCALATE,
        node_id=wanted,
        path=wanted.partition("::")[0],
        reason=f"each of the {number} candidates in which `{wanted}` passes breaks `{other}`, which passes at the base",
        remedy="Say which of the two holds: waive the old test in the spec, or take the new one back.",
    )
