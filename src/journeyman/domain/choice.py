"""Events of the choice among accepted candidates; see `domain.event` for what holds of all events."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class BehaviourSeen:
    """A candidate was asked what it does, beside the tests that decide about it."""

    kind: ClassVar[str] = "behaviour-seen"
    candidate: str
    answers: int
    """How many questions and pooled tests it was asked."""
    body: str
    """Digest of questions and answers as kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Candidates that did the same wherever they were asked (a part of `CandidateChosen`)."""

    candidates: tuple[str, ...]
    agreement: float
    """Mean share of all candidates that answer as these do, 0 to 1."""
    changed_lines: int
    """Of the smallest of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateChosen:
    """One of the accepted candidates was chosen, by what they do."""

    kind: ClassVar[str] = "candidate-chosen"
    candidate: str
    accepted: int
    distinct: int
    """Of different code, comments and layout apart."""
    clusters: tuple[Cluster, ...]
    """Best first."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionSeen:
    """What a reviewer had against a change (a part of `ReviewGiven`)."""

    text: str
    criterion: str
    """Id of the criterion that it named; empty for none."""
    test: str
    """Source of the test that it gave; empty for none."""
    state: str
    """`shown` (the test fails), `refuted` (it passes) or `untried`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewGiven:
    """A second model read what was chosen. It decides nothing."""

    kind: ClassVar[str] = "review-given"
    reviewer: str
    """As requested."""
    candidate: str
    """To be proposed after the review."""
    objections: tuple[ObjectionSeen, ...]
    note: str
    """What was made of them, or why there was no review."""
