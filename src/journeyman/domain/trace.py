"""The trace of a change: criterion <-> tests <-> changed lines. What nothing demonstrates is said to be so."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from journeyman.domain.candidate import FileChange
from journeyman.domain.spec import Criterion, Shows, Spec
from journeyman.domain.verification import TestOutcome, Verification

_ID = re.compile(r"^[A-Za-z]+[-_.]?\d[\w.-]*$")
_EXAMPLES = "held-out::spec-examples"


class Standing(StrEnum):
    """How a criterion stands after the judge has measured."""

    DEMONSTRATED = "demonstrated"
    """Every test that shows it passes, and there is one."""
    FAILING = "failing"
    """A test that shows it does not pass."""
    MANUAL = "manual"
    """It says itself that only a person can tell."""
    NOT_DEMONSTRATED = "not demonstrated"
    """Nothing that was measured shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Lines of a file as they are after the change; 0-0 where lines were only taken away."""

    path: str
    start_line: int
    end_line: int

    def __str__(self) -> str:
        """Return `path:start-end`."""
        return f"{self.path}:{self.start_line}-{self.end_line}" if self.start_line else f"{self.path} (lines removed)"


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedCriterion:
    """One criterion, and what shows it."""

    criterion: str
    """Its id."""
    text: str
    standing: Standing
    tests: tuple[str, ...] = ()
    """Node ids that were measured."""
    lines: tuple[Lines, ...] = ()
    """Changed lines of the files that those tests stand in; the product's are the change's as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Every criterion of a spec against one verified candidate."""

    criteria: tuple[TracedCriterion, ...]
    changed: tuple[Lines, ...]
    """Every line that the change adds or alters. Which of them one test runs is not measured."""

    @property
    def shown(self) -> dict[str, tuple[str, ...]]:
        """Criterion id -> node ids that show it."""
        return {item.criterion: item.tests for item in self.criteria if item.tests}


def trace(spec: Spec, verification: Verification, changes: Iterable[FileChange], before: Mapping[str, bytes]) -> Trace:
    """Return what shows each criterion of a spec.

    A test shows a criterion when the spec names it, or when its own name holds the criterion's id
    (`test_ac_1_empty` for `AC-1`); a criterion with examples at a prompt is shown by their check.

    Args:
        spec: whose criteria are asked for.
        verification: what the judge measured.
        changes: the candidate's.
        before: content at the base of the files that are changed, by path.
    """
    outcomes = {result.node_id: result.outcome for result in verification.results}
    changed = tuple(lines for change in changes for lines in _changed(change, before.get(change.path, b"")))
    return Trace(criteria=tuple(_traced(item, outcomes, changed) for item in spec.criteria), changed=changed)


def _traced(criterion: Criterion, outcomes: Mapping[str, TestOutcome], changed: tuple[Lines, ...]) -> TracedCriterion:
    nodes = _nodes(criterion, outcomes)
    passed = [node for node in nodes if outcomes[node] is TestOutcome.PASSED]
    standing = Standing.NOT_DEMONSTRATED
    if nodes:
        standing = Standing.DEMONSTRATED if len(passed) == len(nodes) else Standing.FAILING
    elif criterion.shows is Shows.MANUAL:
        standing = Standing.MANUAL
    files = {node.partition("::")[0] for node in nodes}
    return TracedCriterion(
        criterion=criterion.id,
        text=criterion.name or criterion.text,
        standing=standing,
        tests=nodes,
        lines=tuple(lines for lines in changed if lines.path in files),
    )


def _nodes(criterion: Criterion, outcomes: Mapping[str, TestOutcome]) -> tuple[str, ...]:
    """Return the measured tests that show a criterion, parametrised ones and those of a named file included."""
    named = [
        node
        for wanted in criterion.tests
        for node in outcomes
        if node == wanted or node.startswith((f"{wanted}[", f"{wanted}::"))
    ]
    if _ID.match(criterion.id):
        words = "[-_. ]?".join(map(re.escape, re.split(r"[-_.]", criterion.id)))
        own = re.compile(rf"(?<![A-Za-z0-9]){words}(?![0-9])", re.IGNORECASE)
        named += [node for node in outcomes if own.search(node.partition("::")[2])]
    if ">>> " in criterion.text:
        named += [node for node in outcomes if node.startswith(_EXAMPLES)]
    return tuple(dict.fromkeys(named))


def _changed(change: FileChange, before: bytes) -> list[Lines]:
    if change.content is None:
        return [Lines(path=change.path, start_line=0, end_line=0)]
    old, new = (text.decode("utf-8", "replace").splitlines() for text in (before, change.content))
    found = []
    for tag, _, _, start, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag in ("replace", "insert"):
            found.append(Lines(path=change.path, start_line=start + 1, end_line=end))
        elif tag == "delete":
            found.append(Lines(path=change.path, start_line=0, end_line=0))
    return list(dict.fromkeys(found))
