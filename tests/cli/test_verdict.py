"""A judgement as text, JSON, SARIF and JUnit: complete, escaped, and the same bytes each time."""

import json
from xml.etree import ElementTree as ET

import pytest
from inline_snapshot import snapshot

from journeyman.cli.junit import junit_xml
from journeyman.cli.sarif import sarif_json
from journeyman.cli.verdict import show_judgement, summary
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.verification import Baseline, CheckResult, TestOutcome, TestResult, Verification
from journeyman.pipeline.judgement import Judgement

ODD = "tests/test_ä b.py::test_x[\x1b[31m\ud800<&>]"
FINDINGS = (
    Finding(rule="test-changed", severity=Severity.REJECT, path="tests/test_a.py", line=3, reason="it changes `a`"),
    Finding(rule="test-failed", severity=Severity.REJECT, node_id=ODD, reason="<Thing object at 0x7f12ab34cd56>"),
    Finding(rule="odd-plug-in", severity=Severity.NOTE, reason="said", remedy="Do it."),
)
RESULTS = (
    TestResult(node_id=ODD, outcome=TestOutcome.FAILED, duration_s=1.5, message="E   no"),
    TestResult(node_id="a::x", outcome=TestOutcome.PASSED, duration_s=0.1),
    TestResult(node_id="a::y", outcome=TestOutcome.SKIPPED),
    TestResult(node_id="broken.py", outcome=TestOutcome.ERROR),
)


def judgement(findings: tuple[Finding, ...] = FINDINGS) -> Judgement:
    check = CheckResult(name="tests", passed=False, results=RESULTS, duration_s=2.0)
    return Judgement(
        base="a" * 40,
        head="b" * 40,
        baseline=Baseline(results=RESULTS, unstable=("a::luck",), duration_s=3.0),
        verification=Verification(candidate="b", tree="c" * 40, checks=(check,), findings=findings),
        changed=("src/a.py", "tests/test_a.py"),
        notes=("the clone is shallow",),
    )


def test_text(capsys: pytest.CaptureFixture[str]) -> None:
    show_judgement(judgement())
    assert capsys.readouterr().out == snapshot("""\
REJECTED: the change is not acceptable as it is (aaaaaaaaaaaa..bbbbbbbbbbbb)

reject  test-changed  tests/test_a.py:3
    it changes `a`
    What to do: Leave existing tests as they are; add new ones in new files.

reject  test-failed  tests/test_ä b.py::test_x[�[31m�<&>]
    <Thing object at 0x...>
    What to do: Mend the product code until the test passes as it did.

note  odd-plug-in
    said
    What to do: Do it.

tests: 1 error, 1 failed, 1 passed, 1 skipped
not counted, unstable at the base: a::luck
note: the clone is shallow
""")


def test_nothing_found(capsys: pytest.CaptureFixture[str]) -> None:
    show_judgement(judgement(()))
    assert capsys.readouterr().out.startswith("ACCEPTED: nothing was found that speaks against the change")


def test_json_has_a_remedy_for_every_finding_and_no_clock() -> None:
    told = summary(judgement())
    text = json.dumps(told)
    assert (told["verdict"], told["exit_code"]) == ("rejected", 20)
    assert all(finding["remedy"] for finding in told["findings"])  # type: ignore[attr-defined] # a list
    assert "duration" not in text
    assert "7f12ab34cd56" not in text


def test_sarif_says_what_where_and_how_grave() -> None:
    document = json.loads(sarif_json(judgement()))
    (run,) = document["runs"]
    assert document["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["odd-plug-in", "test-changed", "test-failed"]
    assert [(r["ruleId"], r["ruleIndex"], r["level"]) for r in run["results"]] == [
        ("test-changed", 1, "error"),
        ("test-failed", 2, "error"),
        ("odd-plug-in", 0, "note"),
    ]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert places[0] == {"artifactLocation": {"uri": "tests/test_a.py"}, "region": {"startLine": 3}}
    assert places[2] == {"artifactLocation": {"uri": "src/a.py"}, "region": {"startLine": 1}}


def test_junit_is_xml_with_counts_that_agree() -> None:
    root = ET.fromstring(junit_xml(judgement()))  # noqa: S314 # our own document
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.get("tests", "")) == len(cases)
        assert int(suite.get("failures", "")) == sum(1 for case in cases if case.find("failure") is not None)
        assert int(suite.get("errors", "")) == sum(1 for case in cases if case.find("error") is not None)
        assert int(suite.get("skipped", "")) == sum(1 for case in cases if case.find("skipped") is not None)
    assert [suite.get("name") for suite in root] == ["findings", "tests"]


def test_the_same_judgement_gives_the_same_bytes() -> None:
    assert sarif_json(judgement()) == sarif_json(judgement())
    assert junit_xml(judgement()) == junit_xml(judgement())
