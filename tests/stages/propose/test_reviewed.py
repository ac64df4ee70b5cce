"""What a reviewer had to say, as people read it."""

from journeyman.domain.choice import ObjectionSeen, ReviewGiven
from journeyman.domain.event import Event, Record
from journeyman.stages.propose.reviewed import reviewer_section


def record(event: Event) -> Record:
    return Record(run="r", sequence=7, key="run/review/0", at="t", event=event, previous="", digest="d")


def given(*objections: ObjectionSeen, note: str = "") -> str:
    return reviewer_section((record(ReviewGiven(reviewer="m:1", candidate="0.1", objections=objections, note=note)),))


def test_without_a_review_nothing_is_said() -> None:
    assert reviewer_section(()) == ""


def test_each_objection_stands_with_what_became_of_it_and_its_record() -> None:
    text = given(
        ObjectionSeen(text="empty carts cost 1", criterion="AC-1", test="def test(): ...", state="shown"),
        ObjectionSeen(text="it is slow", criterion="", test="", state="untried"),
        note="the judge refused the repair",
    )
    assert "By the model `m:1`: advice, which decides nothing. *(record 7 of the log)*" in text
    assert "- empty carts cost 1 (criterion `AC-1`): a test of the reviewer fails" in text
    assert "- it is slow: nobody has shown it" in text
    assert "- the judge refused the repair" in text


def test_the_words_of_a_model_do_not_act() -> None:
    text = given(ObjectionSeen(text="closes #1 @everyone <img src=x>", criterion="", test="", state="untried"))
    assert "<img" not in text
    assert "@everyone" not in text
    assert "no objection" in given()
