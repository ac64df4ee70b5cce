"""Reports that other tools write: JUnit XML, TAP and CTRF, read into results. Nothing in them is proven."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from xml.etree import ElementTree as ET

from journeyman.domain.errors import UserError
from journeyman.domain.verification import TestOutcome, TestResult
from journeyman.judge.runners.courier import told

Parsed = tuple[TestResult, ...]
_TAP = re.compile(r"^(not )?ok\b\s*(\d+)?\s*(?:- )?([^#]*)(?:#\s*(\w+).*)?$")
_PLAN = re.compile(r"^1\.\.(\d+)")
_CTRF = {
    "passed": TestOutcome.PASSED,
    "failed": TestOutcome.FAILED,
    "skipped": TestOutcome.SKIPPED,
    "pending": TestOutcome.SKIPPED,
}


class UnreadableReport(Exception):  # noqa: N818 - it says what it is
    """A report that is not of its format, or was not finished."""


def junit(text: str) -> Parsed:
    """Return the cases of a JUnit XML report; a case's file, or else its class, is where it stands.

    Raises:
        UnreadableReport: not XML.
    """
    try:
        root = ET.fromstring(text)  # noqa: S314 # expat bounds expansion itself, and the sandbox bounded the text
    except ET.ParseError as error:
        raise UnreadableReport(f"it is not XML: {error}") from error
    return tuple(numbered(_case(case) for case in root.iter("testcase")))


def _case(case: ET.Element) -> TestResult:
    place = case.get("file") or case.get("classname") or "report"
    outcome, text = TestOutcome.PASSED, ""
    for child in case:
        kind = {"failure": TestOutcome.FAILED, "error": TestOutcome.ERROR, "skipped": TestOutcome.SKIPPED}.get(
            child.tag
        )
        if kind is not None:
            outcome = kind
            text = "\n".join(filter(None, (child.get("message"), child.text)))
    name = f"{place}::{case.get('name', '')}"
    return told(name, outcome, duration_s=_number(case.get("time")), lines=text.splitlines())


def tap(text: str) -> Parsed:
    """Return the points of a TAP stream.

    Raises:
        UnreadableReport: no plan, a plan that disagrees, or a bail-out.
    """
    lines = text.splitlines()
    plans = [int(match[1]) for line in lines if (match := _PLAN.match(line))]
    points = [match for line in lines if (match := _TAP.match(line))]
    if any(line.startswith("Bail out!") for line in lines):
        raise UnreadableReport("it bailed out")
    if len(plans) != 1 or plans[0] != len(points):
        raise UnreadableReport(f"its plan ({plans or 'none'}) is not what it holds ({len(points)})")
    return tuple(numbered(_point(match) for match in points))


def _point(match: re.Match[str]) -> TestResult:
    directive = (match[4] or "").upper()
    failed = match[1] is not None
    outcome = TestOutcome.FAILED if failed else TestOutcome.PASSED
    if directive.startswith("SKIP"):
        outcome = TestOutcome.SKIPPED
    elif directive == "TODO":
        outcome = TestOutcome.XFAILED if failed else TestOutcome.XPASSED
    return told(f"tap::{match[3].strip() or match[2]}", outcome)


def ctrf(text: str) -> Parsed:
    """Return the tests of a Common Test Report Format document.

    Raises:
        UnreadableReport: not JSON, or not of that shape.
    """
    try:
        tests = json.loads(text)["results"]["tests"]
        return tuple(numbered(_entry(test) for test in tests))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableReport(f"it is not a CTRF document: {error}") from error


def _entry(test: Mapping[str, object]) -> TestResult:
    suite = test.get("suite")
    groups = suite if isinstance(suite, list) else [suite] if suite else []
    name = " > ".join(map(str, (*groups, test["name"])))
    lines = "\n".join(str(test[key]) for key in ("message", "trace") if test.get(key)).splitlines()
    duration_s = _number(str(test.get("duration", 0))) / 1000
    outcome = _CTRF.get(str(test["status"]), TestOutcome.ERROR)
    return told(f"{test.get('filePath') or 'ctrf'}::{name}", outcome, duration_s=duration_s, lines=lines)


def numbered(results: Iterator[TestResult]) -> Iterator[TestResult]:
    """Yield the results; a second one of the same name is told as `name #2`."""
    from dataclasses import replace

    counts: Counter[str] = Counter()
    for result in results:
        counts[result.node_id] += 1
        count = counts[result.node_id]
        yield result if count == 1 else replace(result, node_id=f"{result.node_id} #{count}")


def _number(text: str | None) -> float:
    try:
        return float((text or "0").replace(",", ""))
    except ValueError:
        return 0.0


FORMATS: Mapping[str, Callable[[str], Parsed]] = {"junit": junit, "tap": tap, "ctrf": ctrf}


def reader(name: str) -> Callable[[str], Parsed]:
    """Return the function that reads a format.

    Raises:
        UserError: nobody knows it.
    """
    if name not in FORMATS:
        raise UserError(f"[judge] format `{name}` is not known", remedy=f"Known: {', '.join(sorted(FORMATS))}.")
    return FORMATS[name]
