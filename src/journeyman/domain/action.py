"""Action, decision, ruling: what is about to happen, and the judgment on it."""

from dataclasses import dataclass
from enum import IntEnum


class Decision(IntEnum):
    """Ordered by strictness; the strictest of several wins."""

    ALLOW = 0
    ASK = 1
    DENY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something a port is about to do."""

    kind: str
    """e.g. `deliver.branch`, `model.call`, `sandbox.run`."""
    subject: str
    """What it is done to: a branch, a model, a command line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A decision with the rule that made it and the reason shown to people."""

    decision: Decision
    rule: str
    reason: str
