"""The outcome: how a run ended."""

from dataclasses import dataclass
from enum import StrEnum

from journeyman.domain.change import Change
from journeyman.domain.delivery import Delivery
from journeyman.domain.finding import Finding


class Cause(StrEnum):
    """Why a run ended without a delivery."""

    ATTEMPTS = "attempts"
    """Every attempt was used and none was accepted."""
    BUDGET = "budget"
    """A ceiling of tokens, cost or wall time was reached."""
    CANCELLED = "cancelled"
    """A person stopped it."""
    PERSON = "person"
    """Only a person may decide what the judge found."""
    COMPROMISED = "compromised"
    """A candidate tried to fool the harness."""
    FAULT = "fault"
    """The world failed: model, sandbox or disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """An accepted change that landed."""

    delivery: Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A change that the judge accepted and that nobody asked to land."""

    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated:
    """Work that a person must look at before anything goes on."""

    cause: Cause
    reason: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandoned:
    """Work that was given up, with the reason."""

    cause: Cause
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A plan, where nothing else was asked for."""

    plan: str
    """Markdown."""


Outcome = Delivered | Accepted | Escalated | Abandoned | Planned
