"""What a reviewer's answer says, and how it is asked."""

import pytest

from journeyman.domain.attempt import Attempt, Proposal
from journeyman.domain.candidate import Candidate
from journeyman.domain.spec import Criterion, Source, Spec
from journeyman.stages.review import Objection, review
from journeyman.testing.models import ScriptedModel

SPEC = Spec(
    title="Add up",
    intent="total adds up.",
    source=Source(locator="text:", digest="d"),
    criteria=(Criterion(id="AC-1", text="An empty cart costs nothing."),),
)
ATTEMPT = Attempt(proposal=Proposal(candidate=Candidate(id="0.1", changes=()), turns=()), verification=None)
TEST = "def test_empty():\n    assert total([]) == 0\n"


async def asked(answer: str) -> tuple[tuple[Objection, ...], ScriptedModel]:
    model = ScriptedModel([answer])
    return await review(ATTEMPT, "+    return 1\n", spec=SPEC, model=model), model


@pytest.mark.parametrize("answer", ["NO OBJECTION", "", "It looks fine to me, although I would rename it.", "[" * 500])
async def test_an_answer_without_the_form_is_no_objection(answer: str) -> None:
    assert (await asked(answer))[0] == ()


async def test_an_objection_has_words_a_criterion_and_a_test() -> None:
    found, model = await asked(
        f"OBJECTION: an empty cart costs 1\nCRITERION: AC-1\n\n```python\n{TEST}```\n\n"
        "**OBJECTION:** it is slow\nCRITERION: AC-9\n```\nx = 1\n```"
    )
    assert found == (
        Objection(text="an empty cart costs 1", criterion="AC-1", test=TEST),
        Objection(text="it is slow", criterion="", test=""),
    )
    (prompt,) = model.prompts
    said = prompt.turns[0].text
    assert "[AC-1] An empty cart costs nothing." in said
    assert "+    return 1" in said


async def test_no_more_than_three_are_heard() -> None:
    assert len((await asked("OBJECTION: x\n" * 9))[0]) == 3
