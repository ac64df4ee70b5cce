"""An attempt: a candidate with what the judge said about it."""

from dataclasses import dataclass

from journeyman.domain.candidate import Candidate
from journeyman.domain.finding import Finding
from journeyman.domain.prompt import Turn
from journeyman.domain.verification import Verdict, Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A candidate and the conversation that led to it, so that a repair can go on from there."""

    candidate: Candidate
    turns: tuple[Turn, ...]
    given_up: tuple[Finding, ...] = ()
    """Why whoever made it says that the spec cannot be met: for a person to decide, never judged."""
    stuck: str = ""
    """Why going on from here would not help: the next try starts afresh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try: what was proposed, and its verification unless it could not become a patch."""

    proposal: Proposal
    verification: Verification | None

    @property
    def candidate(self) -> Candidate:
        """What was proposed."""
        return self.proposal.candidate

    @property
    def verdict(self) -> Verdict:
        """An answer that is no patch is rejected unseen."""
        return self.verification.verdict if self.verification else Verdict.REJECTED
