"""A finding: something the judge or the policy noticed."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a finding does to the verdict; the gravest finding decides, in this order."""

    NOTE = "note"
    """Shown, nothing more."""
    ESCALATE = "escalate"
    """A person must decide."""
    REJECT = "reject"
    """The candidate is not acceptable, whatever a person would say of the rest; it may be repaired."""
    COMPROMISE = "compromise"
    """Someone tried to fool the harness; the run ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One observation, with the rule that made it and what to do."""

    rule: str
    """Stable kebab-case name, e.g. `test-deleted`."""
    severity: Severity
    reason: str
    """One plain sentence."""
    path: str = ""
    line: int = 0
    """1-based; 0 when the finding is about the whole file or run."""
    node_id: str = ""
    remedy: str = ""


def gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings without repeats: the gravest first, then by place."""
    gravity = tuple(Severity)
    return tuple(
        sorted(
            dict.fromkeys(findings),
            key=lambda f: (-gravity.index(f.severity), f.path, f.line, f.rule, f.node_id, f.reason),
        )
    )
