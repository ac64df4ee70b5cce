"""What a description rests on: the records of a run's log, and the nouns that those records name.

A sentence is rendered from a `Facts`, a `Facts` is made from records alone, and every noun beside it is held
against the record that speaks of it. So a claim without an event behind it has nothing to be rendered from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from journeyman.domain.attempt import Attempt
from journeyman.domain.digest import digest_bytes
from journeyman.domain.event import (
    BaselineMeasured,
    CandidateVerified,
    CommandRan,
    ContextGathered,
    ModelCalled,
    Record,
    RunStarted,
    SpecIngested,
)
from journeyman.domain.prompt import Role
from journeyman.domain.records import E, of_kind
from journeyman.domain.spec import Spec
from journeyman.domain.usage import Usage
from journeyman.domain.verification import Baseline, Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a run can show for a change; nothing else is said about it."""

    run: str
    target: str
    """Branch that the change is for, empty when the base was not a branch."""
    spec: Spec
    baseline: Baseline
    records: tuple[Record, ...]
    """All of the run so far."""
    shown: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Criterion id -> node ids that show it, where more is known than the spec says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of one run about one candidate, each with the number of its record."""

    started: RunStarted
    started_at: int
    ingested: SpecIngested
    ingested_at: int
    measured: BaselineMeasured
    measured_at: int
    verified: CandidateVerified
    verified_at: int
    verification: Verification
    context: ContextGathered | None
    context_at: int
    calls: tuple[ModelCalled, ...]
    accepted: int
    """How many judgements of the run were `accepted`."""
    sandbox: str
    words: str
    """What the model said along with its answer; empty when no recorded completion holds it."""
    words_at: int
    words_by: str
    elapsed_s: float
    anchor: str
    """`run@sequence:digest` of the last record."""

    @property
    def usage(self) -> Usage:
        """What all model calls of the run consumed."""
        return sum((call.usage for call in self.calls), Usage())

    @property
    def models(self) -> tuple[str, ...]:
        """As served, sorted."""
        return tuple(sorted({call.served_model for call in self.calls}))


def facts_of(attempt: Attempt, evidence: Evidence) -> Facts:
    """Return the facts behind an accepted attempt.

    Raises:
        ValueError: the attempt was never verified, or the log does not say of it what the nouns say.
    """
    verification, records = attempt.verification, evidence.records
    if verification is None:
        raise ValueError("an attempt without a verification cannot be proposed")
    started_at, started = _only(records, RunStarted)
    ingested_at, ingested = _only(records, SpecIngested)
    measured_at, measured = _only(records, BaselineMeasured)
    verified_at, verified = _judgement(records, verification)
    _require(ingested.spec_digest == evidence.spec.digest, "the spec is not the one that the log pins")
    _require(measured.tests == len(evidence.baseline.results), "the baseline is not the one that the log speaks of")
    words_at, words_by, words = _words(attempt, records)
    contexts = [(record.sequence, event) for record, event in of_kind(records, ContextGathered)]
    return Facts(
        started=started,
        started_at=started_at,
        ingested=ingested,
        ingested_at=ingested_at,
        measured=measured,
        measured_at=measured_at,
        verified=verified,
        verified_at=verified_at,
        verification=verification,
        context=contexts[-1][1] if contexts else None,
        context_at=contexts[-1][0] if contexts else -1,
        calls=tuple(event for _, event in of_kind(records, ModelCalled)),
        accepted=sum(event.verdict == "accepted" for _, event in of_kind(records, CandidateVerified)),
        sandbox=next((event.sandbox for _, event in reversed([*of_kind(records, CommandRan)])), ""),
        words=words,
        words_at=words_at,
        words_by=words_by,
        elapsed_s=_seconds(records[0].at, records[-1].at),
        anchor=f"{records[-1].run}@{records[-1].sequence}:{records[-1].digest}",
    )


def _judgement(records: tuple[Record, ...], verification: Verification) -> tuple[int, CandidateVerified]:
    for record, event in of_kind(records, CandidateVerified):
        same = (event.candidate, event.tree) == (verification.candidate, verification.tree)
        if same and event.verdict == verification.verdict.value == "accepted":
            _require(event.findings == verification.findings, "the findings are not those of the log")
            return record.sequence, event
    raise ValueError(f"the log has no acceptance of candidate {verification.candidate} with this tree")


def _words(attempt: Attempt, records: tuple[Record, ...]) -> tuple[int, str, str]:
    """Return (record, model, text) of the answer that became the candidate, when the log holds the very answer."""
    said = [turn.text for turn in attempt.proposal.turns if turn.role is Role.MODEL][-1:]
    for text in said:
        digest = digest_bytes(text.encode("utf-8", "backslashreplace"))
        for record, event in of_kind(records, ModelCalled):
            if event.completion_body == digest:
                return record.sequence, event.served_model, outside_fences(text)
    return -1, "", ""


def outside_fences(text: str) -> str:
    """Return what an answer says around its code blocks and edits: every line outside a fence."""
    kept: list[str] = []
    fence = ""
    for line in text.splitlines():
        mark = line.lstrip()[:3]
        if not fence and mark in {"```", "~~~"}:
            fence = mark
        elif fence and line.strip().startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
        elif not fence:
            kept.append(line)
    return "\n".join(kept).strip()


def _only(records: tuple[Record, ...], kind: type[E]) -> tuple[int, E]:
    found = [(record.sequence, event) for record, event in of_kind(records, kind)]
    _require(len(found) == 1, f"the log has {len(found)} records of `{kind.kind}`, not one")
    return found[0]


def _require(holds: bool, problem: str) -> None:  # noqa: FBT001 - read as a sentence
    if not holds:
        raise ValueError(problem)


def _seconds(first: str, last: str) -> float:
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()
