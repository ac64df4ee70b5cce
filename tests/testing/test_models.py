"""The scripted model is honest: it keeps the promises of the port."""

import dataclasses

import pytest

from journeyman.domain.errors import AdapterError
from journeyman.domain.prompt import Prompt
from journeyman.testing.conformance.model import ASKED, ModelConformance
from journeyman.testing.models import ScriptedModel


class TestConformance(ModelConformance):
    """The suite, on the fake."""

    @pytest.fixture
    async def model(self) -> ScriptedModel:
        return ScriptedModel(lambda _prompt: "def add(a, b): return a + b")


async def test_a_function_of_the_prompt() -> None:
    def answer(prompt: Prompt) -> str:
        return f"seed {prompt.seed}"

    model = ScriptedModel(answer)
    assert (await model.complete(ASKED)).text == "seed 7"
    assert (await model.complete(dataclasses.replace(ASKED, seed=1))).text == "seed 1"
    assert [prompt.seed for prompt in model.prompts] == [7, 1]


async def test_answers_in_order_until_none_is_left() -> None:
    model = ScriptedModel(["first", "second"])
    assert [(await model.complete(ASKED)).text for _ in range(2)] == ["first", "second"]
    with pytest.raises(AdapterError, match="no answers left"):
        await model.complete(ASKED)


async def test_a_ready_completion_is_given_as_it_is() -> None:
    completion = dataclasses.replace(await ScriptedModel(["x"]).complete(ASKED), served_model="other")
    assert await ScriptedModel([completion]).complete(ASKED) is completion


async def test_a_script_may_fail() -> None:
    def fail(_prompt: Prompt) -> str:
        raise AdapterError("overloaded", retryable=True)

    with pytest.raises(AdapterError, match="overloaded"):
        await ScriptedModel(fail).complete(ASKED)
