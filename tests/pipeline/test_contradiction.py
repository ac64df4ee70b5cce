"""The contradiction rule: two tests that never pass together, and everything that is no contradiction."""

from journeyman.domain.finding import Severity
from journeyman.domain.verification import Baseline, CheckResult, TestOutcome, TestResult, Verification
from journeyman.pipeline.contradiction import contradictions

P, F = TestOutcome.PASSED, TestOutcome.FAILED


def results(**outcomes: TestOutcome) -> tuple[TestResult, ...]:
    return tuple(TestResult(node_id=f"t.py::{name}", outcome=outcome) for name, outcome in outcomes.items())


def judged(**outcomes: TestOutcome) -> Verification:
    check = CheckResult(name="tests", passed=False, results=results(**outcomes))
    return Verification(candidate="1.1", tree="t", checks=(check,) if outcomes else (), findings=())


BASE = Baseline(results=results(old=P, new=F, other=P))


def found(*verifications: Verification, base: Baseline = BASE) -> list[str]:
    return [finding.reason for finding in contradictions(verifications, baseline=base, must_pass=("t.py::new",))]


def test_two_tests_that_never_pass_together_are_named() -> None:
    (finding,) = contradictions(
        [judged(old=F, new=P, other=P), judged(old=F, new=P, other=F), judged(old=P, new=F, other=P), judged()],
        baseline=BASE,
        must_pass=("t.py",),
    )
    assert (finding.rule, finding.severity, finding.node_id) == (
        "contradictory-spec",
        Severity.ESCALATE,
        "t.py::new",
    )
    assert "2 candidates" in finding.reason
    assert "`t.py::old`" in finding.reason


def test_one_candidate_is_no_evidence() -> None:
    assert found(judged(old=F, new=P, other=P)) == []


def test_different_breaks_are_mistakes_and_no_contradiction() -> None:
    assert found(judged(old=F, new=P, other=P), judged(old=P, new=P, other=F)) == []


def test_an_unstable_test_contradicts_nothing() -> None:
    shaky = Baseline(results=BASE.results, unstable=("t.py::old",))
    assert found(judged(old=F, new=P), judged(old=F, new=P), base=shaky) == []


def test_nothing_was_run() -> None:
    assert found(judged(), judged()) == []
