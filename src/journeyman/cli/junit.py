"""A judgement as JUnit XML: one suite for the findings, one per check for its tests; no clock in it."""

from xml.etree import ElementTree as ET

from journeyman.cli.verdict import plain_finding, shown
from journeyman.domain.finding import Severity
from journeyman.domain.verification import CheckResult, TestOutcome
from journeyman.pipeline.judgement import Judgement

_BAD = {TestOutcome.FAILED: "failure", TestOutcome.ERROR: "error"}
_SKIPPED = frozenset({TestOutcome.SKIPPED, TestOutcome.XFAILED})


def junit_xml(judgement: Judgement) -> str:
    """Return the document as text. Findings that refuse are failures; notes are passed cases with a text."""
    root = ET.Element("testsuites", name="journeyman judge")
    cases = [_finding_case(plain_finding(finding), finding.severity) for finding in judgement.findings]
    cases = cases or [ET.Element("testcase", classname="journeyman.judge", name="nothing was found")]
    root.append(_suite("findings", cases))
    root.extend(_suite(check.name, _test_cases(check)) for check in judgement.verification.checks)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(name: str, cases: list[ET.Element]) -> ET.Element:
    number = {kind: sum(1 for case in cases if case.find(kind) is not None) for kind in ("failure", "error", "skipped")}
    suite = ET.Element(
        "testsuite",
        name=name,
        tests=str(len(cases)),
        failures=str(number["failure"]),
        errors=str(number["error"]),
        skipped=str(number["skipped"]),
    )
    suite.extend(cases)
    return suite


def _finding_case(plain: dict[str, object], severity: Severity) -> ET.Element:
    place = f"{plain['path']}:{plain['line']}" if plain["line"] else str(plain["path"])
    name = " ".join(part for part in (str(plain["rule"]), str(plain["node_id"]) or place) if part)
    case = ET.Element("testcase", classname="journeyman.judge", name=_xml(name))
    text = _xml(f"{plain['reason']}\nWhat to do: {plain['remedy']}")
    if severity is Severity.NOTE:
        ET.SubElement(case, "system-out").text = text
    else:
        failure = ET.SubElement(case, "failure", type=severity.value, message=_xml(str(plain["reason"])))
        failure.text = text
    return case


def _test_cases(check: CheckResult) -> list[ET.Element]:
    cases = []
    for result in check.results:
        file, _, name = result.node_id.partition("::")
        case = ET.Element("testcase", classname=_xml(shown(file)), name=_xml(shown(name or file)))
        if result.outcome in _BAD:
            ET.SubElement(case, _BAD[result.outcome], message=result.outcome.value)
        elif result.outcome in _SKIPPED:
            ET.SubElement(case, "skipped", message=result.outcome.value)
        cases.append(case)
    return cases


def _xml(text: str) -> str:
    """Return text that XML 1.0 can hold: no control characters, no half of a surrogate pair."""
    return "".join(
        char if char in "\t\n" or (char >= " " and not "\ud800" <= char <= "\udfff") else "\N{REPLACEMENT CHARACTER}"
        for char in text
    )
