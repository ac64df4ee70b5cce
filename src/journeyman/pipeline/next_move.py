"""The self-correction rule, pure: the attempts of one lineage -> its next move."""

from collections.abc import Sequence
from dataclasses import dataclass

from journeyman.domain.attempt import Attempt
from journeyman.domain.finding import Severity
from journeyman.domain.verification import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Generate:
    """Start from the spec again."""

    reason: str
    switch: bool = False
    """By another approach: the one so far leads nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Go on from an attempt that failed."""

    parent: Attempt
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """The last attempt is good."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Halt:
    """This run must not go on."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """This lineage leaves the rest to a person."""

    reason: str


Move = Generate | Repair | Accept | Halt | Yield

STUCK = 3
"""Attempts in a row that end alike, before the approach is changed."""


def next_move(attempts: Sequence[Attempt], *, max_repairs: int = 2) -> Move:
    """Decide from the attempts alone, so that a rerun decides alike.

    A failure is repaired at most `max_repairs` times in a row; a repair that changes nothing, or
    that leaves more failures than it found, ends the chain early and the lineage starts afresh. When it is
    stuck, it starts afresh by another approach.
    """
    if not attempts:
        return Generate(reason="first attempt")
    last = attempts[-1]
    if last.proposal.given_up:
        return Yield(reason=last.proposal.given_up[0].reason)
    if last.proposal.stuck:
        return Generate(reason=f"stuck: {last.proposal.stuck}", switch=True)
    if last.verdict is Verdict.ACCEPTED:
        return Accept(reason="the judge accepted it")
    if last.verdict is Verdict.COMPROMISED:
        return Halt(reason="the candidate tried to fool the harness")
    escalated = last.verdict is Verdict.ESCALATED
    why = "only a person may allow that; trying another way" if escalated else _chain_is_over(attempts, max_repairs)
    if not why:
        mend = f"{failures(last)} findings to mend" if last.verification else "no usable patch"
        return Repair(parent=last, reason=mend)
    if is_stuck(attempts):
        return Generate(reason=f"{STUCK} attempts ended alike, so another approach is tried", switch=True)
    return Generate(reason=why)


def is_stuck(attempts: Sequence[Attempt]) -> bool:
    """Return whether the last attempts failed in one and the same way.

    The same findings about the same tests are no progress, whatever was written in between.
    """
    ends = {_complaint(attempt) for attempt in attempts[-STUCK:]}
    return len(attempts) >= STUCK and len(ends) == 1


def _complaint(attempt: Attempt) -> tuple[tuple[str, str, str], ...]:
    if attempt.verification is None:
        return (("no-patch", "", ""),)
    grave = (finding for finding in attempt.verification.findings if finding.severity is not Severity.NOTE)
    return tuple(sorted((finding.rule, finding.path, finding.node_id) for finding in grave))


def _chain_is_over(attempts: Sequence[Attempt], max_repairs: int) -> str:
    """Return why the last attempt is not worth another repair; empty when it is."""
    chain, last = _chain(attempts), attempts[-1]
    if any(earlier.candidate.digest == last.candidate.digest for earlier in chain[:-1] if earlier.candidate.changes):
        return "the repair repeats an earlier patch"
    if len(chain) > max_repairs:
        return f"{max_repairs} repairs did not help"
    if len(chain) > 1 and failures(last) > failures(chain[-2]):
        return "the repair made it worse"
    return ""


def failures(attempt: Attempt) -> int:
    """Return how many findings stand against an attempt; an answer that is no patch counts worst."""
    if attempt.verification is None:
        return 1_000_000
    return sum(1 for finding in attempt.verification.findings if finding.severity is not Severity.NOTE)


def _chain(attempts: Sequence[Attempt]) -> list[Attempt]:
    """Return the last attempt with its ancestors, oldest first."""
    by_id = {attempt.candidate.id: attempt for attempt in attempts}
    chain = [attempts[-1]]
    while (parent := chain[0].candidate.parent) is not None and parent in by_id:
        chain.insert(0, by_id[parent])
    return chain
