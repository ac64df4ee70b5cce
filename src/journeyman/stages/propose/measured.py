"""The part of a description that the judge's figures make: tests before and after, criteria, coverage, findings."""

from collections.abc import Iterable, Mapping, Sequence

from journeyman.domain.finding import Finding
from journeyman.domain.spec import Criterion
from journeyman.domain.verification import TestOutcome
from journeyman.stages.propose.evidence import Evidence, Facts
from journeyman.stages.propose.tame import code, prose

_COVERAGE = ("patch-uncovered", "coverage-fell")
_RED = (TestOutcome.FAILED, TestOutcome.ERROR)
_MOST_FINDINGS = 30
_MOST_CRITERIA = 60


def tests_section(facts: Facts, evidence: Evidence) -> str:
    """Return what became of the tests between base and change."""
    after = {result.node_id: result.outcome for result in facts.verification.results}
    before = evidence.baseline.outcomes()
    passed = [node for node, outcome in after.items() if outcome is TestOutcome.PASSED]
    new = [node for node in passed if before.get(node) is not TestOutcome.PASSED]
    held = sum(1 for outcome in before.values() if outcome is TestOutcome.PASSED)
    failing = sorted(node for node, outcome in after.items() if outcome in _RED)
    rows = [
        f"- New: {len(new)} {_tests(new)} that failed or did not exist at the base and {_agree(new)} now.",
        *([f"  {names(sorted(new))}"] if new else []),
        f"- Kept: {len(passed) - len(new)} of {held} tests that passed at the base; none was changed or removed.",
    ]
    if failing:
        rows.append(f"- {len(failing)} known {_tests(failing)} failed before and still fail: {names(failing)}.")
    if evidence.baseline.unstable:
        rows.append(f"- Not counted, because they are unstable at the base: {names(evidence.baseline.unstable)}.")
    rows.append(f"- In all: {facts.measured.passed} of {facts.measured.tests} tests passed at the base, "
                f"{facts.verified.passed} of {facts.verified.tests} with the change.")  # fmt: skip
    return "\n".join(("## What was measured", "", *rows, *_criteria(evidence, after)))


def _criteria(evidence: Evidence, after: Mapping[str, TestOutcome]) -> Iterable[str]:
    criteria = evidence.spec.criteria
    if not criteria:
        return
    yield from ("", "| criterion | shown by | |", "|---|---|---|")
    for criterion in criteria[:_MOST_CRITERIA]:
        shown = [*nodes_of(criterion, evidence.shown, after)]
        good = bool(shown) and all(after[node] is TestOutcome.PASSED for node in shown)
        state = "passes" if good else "**not demonstrated**"
        said = f"{prose(criterion.id, most_characters=40)}: {prose(criterion.text, most_characters=200)}"
        yield f"| {said} | {names(shown, limit=6) or 'no test'} | {state} |"
    if len(criteria) > _MOST_CRITERIA:
        yield f"| and {len(criteria) - _MOST_CRITERIA} more criteria, see the run | | |"


def nodes_of(
    criterion: Criterion, shown: Mapping[str, tuple[str, ...]], after: Mapping[str, TestOutcome]
) -> Iterable[str]:
    """Yield the measured tests that a criterion names, parametrised ones included, once each."""
    named = dict.fromkeys((*criterion.tests, *shown.get(criterion.id, ())))
    return dict.fromkeys(node for name in named for node in after if node == name or node.startswith(name + "["))


def coverage_section(facts: Facts) -> str:
    """Return what the change does to coverage; empty when nobody measured it or nothing is worth a word."""
    found = [finding for finding in facts.verified.findings if finding.rule in _COVERAGE]
    return "\n".join(("## Coverage", "", *_lines(found))) if found else ""


def findings_section(facts: Facts) -> str:
    """Return what else the judge noticed."""
    found = [finding for finding in facts.verified.findings if finding.rule not in _COVERAGE]
    return "\n".join(("## What the judge noticed", "", *_lines(found))) if found else ""


def _lines(findings: Sequence[Finding]) -> Iterable[str]:
    for finding in findings[:_MOST_FINDINGS]:
        place = f" ({code(finding.path)}{f' line {finding.line}' if finding.line else ''})" if finding.path else ""
        yield f"- {finding.severity.value}: {prose(finding.rule)}: {prose(finding.reason)}{place}"
    if len(findings) > _MOST_FINDINGS:
        yield f"- and {len(findings) - _MOST_FINDINGS} more, see the run"


def names(items: Sequence[str], *, limit: int = 12) -> str:
    """Return names as inline code, the first few of them."""
    shown = ", ".join(code(item) for item in items[:limit])
    return shown + (f" and {len(items) - limit} more" if len(items) > limit else "")


def _tests(items: Sequence[str]) -> str:
    return "test" if len(items) == 1 else "tests"


def _agree(items: Sequence[str]) -> str:
    return "passes" if len(items) == 1 else "pass"
