"""The self-correction rule, as a table."""

from journeyman.domain.attempt import Attempt, Proposal
from journeyman.domain.candidate import Candidate, FileChange
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.verification import Verdict, Verification
from journeyman.pipeline.next_move import Accept, Generate, Halt, Repair, next_move


def attempt(
    number: int, *severities: Severity, parent: int | None = None, text: str | None = None, patch: bool = True
) -> Attempt:
    content = (text or f"version {number}").encode()
    candidate = Candidate(
        id=f"0.{number}",
        changes=(FileChange(path="a.py", content=content),) if patch else (),
        parent=f"0.{parent}" if parent else None,
        problems=() if patch else ("no block",),
    )
    findings = tuple(Finding(rule="r", severity=severity, reason=f"{n}") for n, severity in enumerate(severities))
    verification = Verification(candidate=candidate.id, tree="t", checks=(), findings=findings) if patch else None
    return Attempt(proposal=Proposal(candidate=candidate, turns=()), verification=verification)


BAD = Severity.REJECT


def test_the_first_move_is_to_generate() -> None:
    assert isinstance(next_move([]), Generate)


def test_an_accepted_attempt_is_accepted_notes_and_all() -> None:
    assert isinstance(next_move([attempt(1)]), Accept)
    assert isinstance(next_move([attempt(1, Severity.NOTE)]), Accept)


def test_a_compromise_halts_the_run() -> None:
    assert isinstance(next_move([attempt(1, BAD, Severity.COMPROMISE)]), Halt)


def test_what_only_a_person_may_allow_is_tried_another_way() -> None:
    assert isinstance(next_move([attempt(1, Severity.ESCALATE)]), Generate)


def test_what_is_refused_anyway_is_repaired_and_nobody_is_asked() -> None:
    last = attempt(1, Severity.ESCALATE, BAD)
    assert last.verdict is Verdict.REJECTED
    assert isinstance(next_move([last]), Repair)


def test_a_failure_is_repaired_from_itself() -> None:
    last = attempt(1, BAD)
    move = next_move([last])
    assert isinstance(move, Repair)
    assert move.parent is last


def test_an_answer_that_is_no_patch_is_repaired_too() -> None:
    assert isinstance(next_move([attempt(1, patch=False)]), Repair)


def test_repairs_in_a_row_are_bounded_and_counted_per_chain() -> None:
    chain = [attempt(1, BAD), attempt(2, BAD, parent=1), attempt(3, BAD, parent=2)]
    assert isinstance(next_move(chain[:2]), Repair)
    assert isinstance(next_move(chain), Generate)
    assert isinstance(next_move([*chain, attempt(4, BAD)]), Repair)
    assert isinstance(next_move(chain, max_repairs=3), Repair)


def test_no_repairs_means_plain_sampling() -> None:
    assert isinstance(next_move([attempt(1, BAD)], max_repairs=0), Generate)


def test_a_repair_that_repeats_or_worsens_ends_the_chain() -> None:
    assert isinstance(next_move([attempt(1, BAD, text="x"), attempt(2, BAD, parent=1, text="x")]), Generate)
    assert isinstance(next_move([attempt(1, BAD), attempt(2, BAD, BAD, parent=1)]), Generate)
    assert isinstance(next_move([attempt(1, BAD, BAD), attempt(2, BAD, parent=1)]), Repair)
