"""The scripted model is honest: it keeps the promises of the port."""

import dataclasses

import pytest

from journeyman.domain.errors import AdapterError
from journeyman.domain.prompt import FinishReason, Prompt
from journeyman.testing.conformance.model import ASKED, OFFERED, ModelConformance
from journeyman.testing.models import ScriptedModel, calling


class TestConformance(ModelConformance):
    """The suite, on the fake."""

    @pytest.fixture
    async def model(self) -> ScriptedModel:
        return ScriptedModel(lambda _prompt: "def add(a, b): return a + b")


class TestConformanceWithTools(ModelConformance):
    """The suite, on the fake that asks for tools where there are any."""

    @pytest.fixture
    async def model(self) -> ScriptedModel:
        return ScriptedModel(
            lambda prompt: calling("read_file", {"path": "a"}) if prompt.tools else "def add(a, b): return a + b"
        )


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


async def test_a_turn_may_ask_for_tools() -> None:
    model = ScriptedModel([calling("run", {"command": "ls"}, text="Let me look."), calling("run", '{"command'), "done"])
    first, second, third = [await model.complete(OFFERED) for _ in range(3)]
    assert (first.text, first.finish_reason) == ("Let me look.", FinishReason.TOOLS)
    assert first.calls[0].arguments == '{"command": "ls"}'
    assert second.calls[0].arguments == '{"command'
    assert first.calls[0].id != second.calls[0].id
    assert (third.calls, third.finish_reason) == ((), FinishReason.STOP)


async def test_a_ready_completion_is_given_as_it_is() -> None:
    completion = dataclasses.replace(await ScriptedModel(["x"]).complete(ASKED), served_model="other")
    assert await ScriptedModel([completion]).complete(ASKED) is completion


async def test_a_script_may_fail() -> None:
    def fail(_prompt: Prompt) -> str:
        raise AdapterError("overloaded", retryable=True)

    with pytest.raises(AdapterError, match="overloaded"):
        await ScriptedModel(fail).complete(ASKED)
