"""How the work of an agent ends."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Why it ended."""

    FINISHED = "finished"
    """The agent said so twice, having seen its diff and what the checks say."""
    IMPOSSIBLE = "impossible"
    """The agent says that the task cannot be done as written."""
    SPENT = "spent"
    """Steps or budget are used up but for what verifying and delivering need."""
    STUCK = "stuck"
    """It went in circles, or did not keep to the form, after it had been told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The end, in words. Whether the change is any good is not said here: the judge says it."""

    kind: Kind
    reason: str = ""
    evidence: str = ""
