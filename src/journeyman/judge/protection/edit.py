"""An edit: one thing done to a test that existed, or to what tests are made of. Knows no language."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

from journeyman.domain.finding import Finding, Severity

_LEAVE = (
    "Leave existing tests as they are. If the behaviour is meant to change, a person names the test as a waiver first."
)
_ELSEWHERE = "Put it in a new test file, where it can reach no other test."


class TestEdit(NamedTuple):
    """What was done, where, and to which test."""

    technique: str
    """Stable kebab-case name, e.g. `skip-added`."""
    name: str
    """Within the file, as a node id spells it: `test_x`, `TestX::test_y`; empty for the file itself."""
    line: int
    """1-based, in the candidate's version; in the base's when it is gone there; 0 for the whole file."""
    what: str
    """Continues the sentence "the candidate ..."."""
    addition: bool = False
    """Nothing that was there is different; what came along may reach it all the same."""
    expected: str = ""
    """What an assertion asks for now, as it is written; empty when that did not change."""


class TestReader(Protocol):
    """Compares two versions of a test file of one language."""

    def __call__(self, before: bytes, after: bytes, waived: Collection[str]) -> tuple[TestEdit, ...]:
        """Return what was done to what existed: nothing when it is all there, unchanged and out of reach.

        Args:
            before: the base's content.
            after: the candidate's.
            waived: names within the file, `test_x` or `TestX::test_y`, that may differ or be gone.

        A file that does not parse is one edit of the whole file.
        """
        ...


def waived_names(path: str, waivers: Iterable[str]) -> frozenset[str]:
    """Return the names within a file that waivers cover; rows of parameters count as their test."""
    prefix = f"{path}::"
    return frozenset(waiver.removeprefix(prefix).partition("[")[0] for waiver in waivers if waiver.startswith(prefix))


def edit_findings(
    path: str, edits: Iterable[TestEdit], *, rule: str = "test-changed", messages: Mapping[str, str] | None = None
) -> Iterator[Finding]:
    """Yield one REJECT finding for each edit of a test file.

    Args:
        path: of the file.
        edits: what was done to it.
        rule: the findings' rule.
        messages: node id -> how the test failed at the base, so that an answer copied from there is seen.
    """
    for edit in edits:
        node_id = f"{path}::{edit.name}" if edit.name else ""
        copied = edit.expected and _is_what_it_gave(edit.expected, node_id, messages or {})
        asked = ", which is what the code gives without the change," if copied else ""
        yield Finding(
            rule=rule,
            severity=Severity.REJECT,
            path=path,
            line=edit.line,
            node_id=node_id,
            reason=f"the candidate {edit.what}{asked} in `{node_id or path}`, which existed before ({edit.technique})",
            remedy=_ELSEWHERE if edit.addition else _LEAVE,
        )


def _is_what_it_gave(expected: str, node_id: str, messages: Mapping[str, str]) -> bool:
    """Return whether a test's failure at the base shows a value on the side of the code."""
    said = [text for node, text in messages.items() if node == node_id or node.startswith(f"{node_id}[")]
    patterns = (rf"assert {re.escape(expected)} ==", rf"AssertionError: {re.escape(expected)} !=")
    return any(re.search(pattern, text) for text in said for pattern in patterns)
