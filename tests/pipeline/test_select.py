"""Choice among accepted attempts."""

from journeyman.domain.attempt import Attempt, Proposal
from journeyman.domain.candidate import Candidate, FileChange
from journeyman.domain.verification import Verification
from journeyman.pipeline.select import Group, agreeing, alike, rank


def accepted(name: str, text: str) -> Attempt:
    candidate = Candidate(id=name, changes=(FileChange(path="a.py", content=text.encode()),))
    verification = Verification(candidate=name, tree="t", checks=(), findings=())
    return Attempt(proposal=Proposal(candidate=candidate, turns=()), verification=verification)


def ranked(attempts: list[Attempt], answers: dict[str, dict[str, str]], lines: dict[str, int]) -> list[Group]:
    return list(rank(alike(attempts, {}), answers, lines))


def test_nothing_accepted_nothing_agrees() -> None:
    assert agreeing([], {}) == 0
    assert rank([], {}, {}) == ()


def test_the_same_code_counts_together_whatever_its_text() -> None:
    attempts = [accepted("0.1", "x"), accepted("1.1", "x  # y"), accepted("2.1", "z")]
    assert agreeing(attempts, {}) == 1
    assert agreeing(attempts, {"0.1": "same", "1.1": "same", "2.1": "other"}) == 2


def test_the_largest_group_that_does_the_same_wins_even_against_a_smaller_change() -> None:
    attempts = [accepted("0.1", "a"), accepted("1.1", "b"), accepted("2.1", "c")]
    answers = {"0.1": {"p": "1"}, "1.1": {"p": "2"}, "2.1": {"p": "2"}}
    best, other = ranked(attempts, answers, {"0.1": 1, "1.1": 9, "2.1": 8})
    assert [attempt.candidate.id for attempt in best.attempts] == ["2.1", "1.1"]
    assert [attempt.candidate.id for attempt in other.attempts] == ["0.1"]
    assert best.changed_lines == 8


def test_equal_answers_of_several_draws_are_as_many_votes() -> None:
    attempts = [accepted("0.1", "a"), accepted("1.1", "b"), accepted("2.1", "b")]
    best, _ = ranked(attempts, {"0.1": {"p": "1"}, "1.1": {"p": "2"}}, {})
    assert best.attempts[0].candidate.id == "1.1"
    assert len(best.attempts) == 2


def test_of_single_ones_the_one_that_agrees_with_the_others_most_wins() -> None:
    attempts = [accepted("0.1", "a"), accepted("1.1", "b"), accepted("2.1", "c")]
    answers = {
        "0.1": {"p": "1", "q": "1", "r": "9"},
        "1.1": {"p": "1", "q": "1", "r": "1"},
        "2.1": {"p": "7", "q": "1", "r": "1"},
    }
    best, *_ = ranked(attempts, answers, {"0.1": 1, "1.1": 5, "2.1": 1})
    assert best.attempts[0].candidate.id == "1.1"
    assert best.agreement > 0.7


def test_among_equals_the_smallest_change_wins_then_the_first() -> None:
    attempts = [accepted("0.1", "a"), accepted("1.1", "b"), accepted("2.1", "c")]
    answers = {name: {"p": name} for name in ("0.1", "1.1", "2.1")}
    assert ranked(attempts, answers, {"0.1": 3, "1.1": 2, "2.1": 2})[0].attempts[0].candidate.id == "1.1"
    assert ranked(attempts, {}, {"0.1": 3, "1.1": 2, "2.1": 2})[0].attempts[0].candidate.id == "1.1"


def test_of_equal_patches_the_one_that_the_log_speaks_of_is_proposed() -> None:
    first, judged = accepted("0.1", "a"), accepted("1.1", "a")
    twin = Attempt(proposal=first.proposal, verification=judged.verification)
    assert ranked([twin, judged], {}, {})[0].attempts == (judged, twin)
