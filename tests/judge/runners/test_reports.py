"""Reports of other tools: read as they are, or refused whole."""

import pytest

from journeyman.domain.verification import TestOutcome
from journeyman.judge.runners.reports import UnreadableReport, ctrf, junit, tap

P, F, E, S = TestOutcome.PASSED, TestOutcome.FAILED, TestOutcome.ERROR, TestOutcome.SKIPPED
JUNIT = """<testsuites><testsuite>
<testcase classname="calc.Add" name="small" time="0.25"/>
<testcase classname="calc.Add" name="big"><failure message="5 is not 6">at line 3</failure></testcase>
<testcase file="a_spec.rb" classname="x" name="odd"><error>boom</error></testcase>
<testcase classname="calc.Add" name="later"><skipped/></testcase>
<testcase classname="calc.Add" name="small"/>
</testsuite></testsuites>"""


def test_junit() -> None:
    results = junit(JUNIT)
    assert {r.node_id: r.outcome for r in results} == {
        "calc.Add::small": P,
        "calc.Add::big": F,
        "a_spec.rb::odd": E,
        "calc.Add::later": S,
        "calc.Add::small #2": P,
    }
    assert results[0].duration_s == 0.25
    assert "5 is not 6" in results[1].message


def test_tap() -> None:
    text = "TAP version 13\n1..5\nok 1 - sums\nnot ok 2 - rows\n  ---\nok 3 # SKIP no\nnot ok 4 - known # TODO\nok - last\n"
    assert {r.node_id: r.outcome for r in tap(text)} == {
        "tap::sums": P,
        "tap::rows": F,
        "tap::3": S,
        "tap::known": TestOutcome.XFAILED,
        "tap::last": P,
    }


def test_ctrf() -> None:
    text = '{"results": {"tests": [{"name": "sums", "status": "passed", "duration": 1500, "suite": ["a", "b"]}, {"name": "x", "status": "other", "filePath": "t.js"}]}}'
    assert [(r.node_id, r.outcome, r.duration_s) for r in ctrf(text)] == [
        ("ctrf::a > b > sums", P, 1.5),
        ("t.js::x", E, 0.0),
    ]


@pytest.mark.parametrize("text", ["", "<testsuite>", "ok"])
def test_what_is_not_junit_is_refused(text: str) -> None:
    with pytest.raises(UnreadableReport):
        junit(text)


@pytest.mark.parametrize("text", ["", "ok 1\n", "1..2\nok 1\n", "1..1\n1..1\nok 1\n", "1..1\nok 1\nBail out! no\n"])
def test_a_tap_stream_must_keep_to_its_plan(text: str) -> None:
    with pytest.raises(UnreadableReport):
        tap(text)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"results": {"tests": [{"status": "passed"}]}}'])
def test_what_is_not_ctrf_is_refused(text: str) -> None:
    with pytest.raises(UnreadableReport):
        ctrf(text)
