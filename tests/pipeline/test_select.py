"""Choice among accepted attempts."""

from journeyman.domain.attempt import Attempt, Proposal
from journeyman.domain.candidate import Candidate, FileChange
from journeyman.domain.verification import Verification
from journeyman.pipeline.select import agreeing, select


def accepted(name: str, text: str) -> Attempt:
    candidate = Candidate(id=name, changes=(FileChange(path="a.py", content=text.encode()),))
    verification = Verification(candidate=name, tree="t", checks=(), findings=())
    return Attempt(proposal=Proposal(candidate=candidate, turns=()), verification=verification)


def test_nothing_accepted_nothing_chosen() -> None:
    assert select([]) is None
    assert agreeing([]) == 0


def test_the_largest_group_wins_even_against_a_smaller_change() -> None:
    attempts = [accepted("0.1", "x"), accepted("1.1", "longer"), accepted("2.1", "longer")]
    chosen = select(attempts)
    assert chosen is attempts[1]
    assert agreeing(attempts) == 2


def test_among_equals_the_smallest_change_wins_then_the_first() -> None:
    attempts = [accepted("0.1", "longer"), accepted("1.1", "xy"), accepted("2.1", "zz")]
    assert select(attempts) is attempts[1]
