"""A JUnit report from somebody's own run: which tests failed, and how."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from journeyman.domain.errors import UserError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LONGEST = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A test that failed, by its node id."""

    node_id: str
    message: str


def failures_in(text: str, shown: str) -> tuple[Failure, ...]:
    """Return the failed tests of a report.

    Raises:
        UserError: it is no JUnit report, or declares entities: a report has no need of them, an attack has.
    """
    from xml.etree import ElementTree as ET

    if "<!ENTITY" in text or "<!DOCTYPE" in text:
        raise UserError(f"the report {shown} declares entities", remedy="Take them out; no test runner writes them.")
    try:
        root = ET.fromstring(text)  # noqa: S314 # as above
    except (ET.ParseError, expat.ExpatError, ValueError) as error:
        raise UserError(f"the report {shown} is not XML: {error}", remedy="Name a JUnit report.") from error
    if root.tag not in ("testsuites", "testsuite"):
        raise UserError(f"the report {shown} holds no test suite", remedy="Name a JUnit report.")
    failures = []
    for case in root.iter("testcase"):
        problem = next((child for child in case if child.tag in ("failure", "error")), None)
        if problem is not None:
            message = (problem.text or problem.get("message") or "").strip()
            failures.append(Failure(node_id=_node(case), message=message[-_LONGEST:]))
    return tuple(failures)


def _node(case: "Element") -> str:
    """Return the node id of a case: its file where the report says so, else its dotted class as a path."""
    name, dotted, file = case.get("name", ""), case.get("classname", ""), case.get("file", "")
    parts = dotted.split(".") if dotted else []
    classes: list[str] = []
    while parts and parts[-1][:1].isupper():
        classes.insert(0, parts.pop())
    path = file or ("/".join(parts) + ".py" if parts else "")
    return "::".join(part for part in (path, *classes, name) if part)
