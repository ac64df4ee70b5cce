"""What a model is told about a failure."""

from inline_snapshot import snapshot

from journeyman.domain.finding import Finding, Severity
from journeyman.domain.verification import Baseline, CheckResult, TestOutcome, TestResult, Verification
from journeyman.stages.generate.failures import describe_baseline, describe_failure

LONG = "\n".join(
    [f"frame {number}" for number in range(60)]
    + [">   assert total([1]) == 1", "E   assert 0 == 1", "t.py:9: AssertionError"]
)


def result(node_id: str, outcome: TestOutcome, message: str = "") -> TestResult:
    return TestResult(node_id=node_id, outcome=outcome, message=message)


def verification(*results: TestResult, findings: tuple[Finding, ...] = ()) -> Verification:
    return Verification(
        candidate="0.1", tree="t", checks=(CheckResult(name="tests", passed=False, results=results),), findings=findings
    )


def found(node_id: str = "", rule: str = "test-failed", **more: str) -> Finding:
    return Finding(rule=rule, severity=Severity.REJECT, reason="It fails.", node_id=node_id, **more)  # type: ignore[arg-type]


BASELINE = Baseline(results=(result("t.py::old", TestOutcome.PASSED), result("t.py::new", TestOutcome.FAILED)))


def test_new_failures_come_before_known_ones_and_only_what_matters_is_shown() -> None:
    told = describe_failure(
        verification(
            result("t.py::new", TestOutcome.FAILED, "E   assert None == 3"),
            result("t.py::old", TestOutcome.FAILED, LONG),
            result("t.py::fine", TestOutcome.PASSED),
            findings=(found("t.py::old"), found("t.py::new")),
        ),
        BASELINE,
    )
    assert told == snapshot("""\
These tests passed before your change and fail now:
FAILED t.py::old
`total([1])` gives 0, but must give 1

These tests still fail:
FAILED t.py::new
E   assert None == 3

1 other tests pass.\
""")


def test_failures_with_one_cause_are_shown_once() -> None:
    results = [result(f"t.py::n{number}", TestOutcome.FAILED, f"E   NameError: x{number}") for number in range(12)]
    told = describe_failure(verification(*results, findings=tuple(found(r.node_id) for r in results)), BASELINE)
    assert told.count("FAILED") == 1
    assert "Also failing: t.py::n1," in told
    assert "and 3 more" in told


def test_a_refusal_says_what_to_do() -> None:
    finding = found(rule="out-of-scope", path="setup.py", remedy="Change only shop/**.")
    told = describe_failure(verification(findings=(finding,)), BASELINE)
    assert told == "Your change was refused:\n- setup.py: It fails. Change only shop/**."


def test_fifty_kilobytes_of_log_become_a_few_lines() -> None:
    message = "\n".join(f"E   line {number}" for number in range(4000))
    told = describe_failure(verification(result("t.py::new", TestOutcome.FAILED, message)), BASELINE)
    assert len(told) < 1000


def test_only_the_wanted_tests_of_the_baseline_are_told() -> None:
    assert describe_baseline(BASELINE, ["t.py"]) == "They fail now:\n- new: it fails"
    assert describe_baseline(BASELINE, ["other.py"]) == ""
    assert describe_baseline(BASELINE, ["t.py::old"]) == ""


def test_the_baseline_is_told_in_a_line_a_cause() -> None:
    message = "def new():\n>       assert is_leap(1900)\nE       assert not True\nE        +  where True = is_leap(1900)\nt.py:6"
    missing = [result(f"t.py::n{n}", TestOutcome.FAILED, f"E   AttributeError: no attribute 'x{n}'") for n in (1, 2)]
    baseline = Baseline(results=(result("t.py::new", TestOutcome.FAILED, message), *missing))
    assert describe_baseline(baseline, ["t.py"]) == snapshot("""\
They fail now:
- new: assert not True, where True = is_leap(1900)
- n1: AttributeError: no attribute 'x1'\
""")
