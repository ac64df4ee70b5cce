"""A person's change: what they may do to tests, and what stays a break."""

from journeyman.domain.candidate import FileChange
from journeyman.domain.command import Ending
from journeyman.domain.finding import Severity
from journeyman.domain.verification import Baseline, TestOutcome, TestResult
from journeyman.judge.measurement import Measurement
from journeyman.judge.person import broken_for_person, personal
from journeyman.judge.tampering import Inspection

PARENT, CHILD = "tests/test_parent.py", "tests/test_child.py"
BEFORE = {
    PARENT: b"class TestParent:\n    def test_kept(self):\n        pass\n\n    def test_gone(self):\n        pass\n"
}
INSPECTION = Inspection(findings=(), tests=(FileChange(path=PARENT, content=b"class TestParent:\n    pass\n"),))


def severities(*missing: str) -> list[Severity]:
    results = tuple(TestResult(node_id=node, outcome=TestOutcome.PASSED) for node in missing)
    run = Measurement(results=(), ending=Ending.EXITED, complete=True, status=0)
    return [found.severity for found in personal(Baseline(results=results), run, INSPECTION, BEFORE)]


def test_a_test_taken_from_a_class_may_be_missing_wherever_it_was_inherited() -> None:
    assert severities(f"{PARENT}::TestParent::test_gone", f"{CHILD}::TestChild::test_gone[1]") == [Severity.NOTE] * 2


def test_a_test_of_another_name_that_is_missing_is_a_break() -> None:
    assert severities(f"{CHILD}::TestChild::test_other") == [Severity.REJECT]


def new_test_ends(message: str, *, outcome: TestOutcome = TestOutcome.ERROR) -> list[Severity]:
    old = TestResult(node_id="tests/test_a.py::test_old", outcome=TestOutcome.ERROR, message="E   LookupError: no host")
    new = TestResult(node_id="tests/test_a.py::test_new", outcome=outcome, message=message)
    run = Measurement(results=(old, new), ending=Ending.EXITED, complete=True, status=1)
    return [found.severity for found in personal(Baseline(results=(old,)), run, INSPECTION, BEFORE)]


def test_a_new_test_that_cannot_start_as_those_of_the_base_cannot_is_no_break() -> None:
    assert new_test_ends("E   LookupError: no host") == [Severity.NOTE]
    assert new_test_ends("E   LookupError: no route") == [Severity.REJECT]
    assert new_test_ends("E   LookupError: no host", outcome=TestOutcome.FAILED) == [Severity.REJECT]


def test_a_crash_beside_other_dependencies_is_for_a_person_to_judge() -> None:
    crashed = Measurement(results=(), ending=Ending.EXITED, complete=False, status=1)
    manifest = Inspection(findings=(), product=(FileChange(path="pyproject.toml", content=b""),))
    (asked,), (plain,) = (list(broken_for_person(crashed, change)) for change in (manifest, INSPECTION))
    assert (asked.severity, plain.severity) == (Severity.ESCALATE, Severity.REJECT)
    assert "dependencies" in asked.reason
