"""Coverage of a change, compared without running anything."""

from journeyman.domain.finding import Severity
from journeyman.judge.quality.coverage import coverage_findings, executable_lines

BEFORE = b"def f(a):\n    if a:\n        return 1\n    return 2\n"
AFTER = b"# new\ndef f(a):\n    if a:\n        return 1\n    return 2\n\n\ndef g():\n    return 3\n"


def findings(reached_before: set[int], reached_after: set[int]) -> dict[str, str]:
    found = coverage_findings(
        {"a.py": BEFORE},
        {"a.py": AFTER},
        reached_before={"a.py": frozenset(reached_before)},
        reached_after={"a.py": frozenset(reached_after)},
        severity=Severity.NOTE,
    )
    return {finding.rule: finding.reason for finding in found}


def test_lines_that_hold_code() -> None:
    assert {2, 3, 4} <= executable_lines(BEFORE)
    assert 6 not in executable_lines(AFTER)
    assert executable_lines(b"def f(:\n") == frozenset()


def test_all_is_reached() -> None:
    assert findings({1, 2, 3, 4}, {2, 3, 4, 5, 8, 9}) == {}


def test_added_lines_that_nobody_reaches() -> None:
    assert findings({1, 2, 3}, {2, 3, 4, 8}) == {
        "patch-uncovered": "the tests reach 1 of 2 added lines of `a.py`; not 9"
    }


def test_old_lines_that_are_reached_no_more() -> None:
    said = findings({1, 2, 3, 4}, {2, 3, 8, 9})
    assert said == {"coverage-fell": "lines of `a.py` that the tests reached before are reached no more: 4-5"}
