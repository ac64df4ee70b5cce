"""A chain of models: what is asked when the first cannot answer, and what is recorded of it."""

import pytest

from journeyman.adapters.models.fallback import FallbackModel, open_chain
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.prompt import Prompt
from journeyman.ports.model import LanguageModel
from journeyman.settings import load_settings
from journeyman.testing.conformance.model import ASKED, ModelConformance
from journeyman.testing.models import ScriptedModel


def broken(name: str = "first:x", *, retryable: bool = True) -> ScriptedModel:
    def fail(_prompt: Prompt) -> str:
        raise AdapterError(f"{name} is down", retryable=retryable)

    return ScriptedModel(fail, name=name)


def whole(name: str) -> ScriptedModel:
    return ScriptedModel(lambda _prompt: "def add(a, b): return a + b", name=name)


class TestConformance(ModelConformance):
    """A chain whose first model is down keeps the promises of the port."""

    @pytest.fixture
    async def model(self) -> LanguageModel:
        return FallbackModel((broken(), whole("second:y")))


async def test_what_answered_is_recorded_beside_what_was_asked() -> None:
    completion = await FallbackModel((broken(), broken("second:y"), whole("third:z"))).complete(ASKED)
    assert completion.requested_model == "first:x"
    assert completion.served_model == "third:third:z"


async def test_the_first_is_asked_first_and_named_plainly() -> None:
    second = whole("second:y")
    assert (await FallbackModel((whole("first:x"), second)).complete(ASKED)).served_model == "first:x"
    assert not second.prompts


async def test_a_model_that_is_down_is_left_alone_for_a_while() -> None:
    now, first = [0.0], broken()
    chain = FallbackModel((first, whole("second:y")), rest_s=60.0, now=lambda: now[0])
    for moment in (0.0, 30.0, 61.0):
        now[0] = moment
        await chain.complete(ASKED)
    assert len(first.prompts) == 2


async def test_when_none_can_answer_each_says_why_and_all_are_asked_again() -> None:
    first, second = broken(), broken("second:y", retryable=False)
    chain = FallbackModel((first, second))
    for _ in range(2):
        with pytest.raises(AdapterError, match=r"first:x is down\n  second:y is down") as caught:
            await chain.complete(ASKED)
        assert caught.value.retryable
    assert (len(first.prompts), len(second.prompts)) == (2, 2)


async def test_what_a_person_must_mend_is_not_papered_over() -> None:
    def refused(_prompt: Prompt) -> str:
        raise UserError("the key is refused")

    with pytest.raises(UserError, match="the key is refused"):
        await FallbackModel((ScriptedModel(refused), whole("second:y"))).complete(ASKED)


async def test_a_fallback_without_a_key_is_noticed_at_the_start() -> None:
    settings = load_settings('[model]\nfallback = ["anthropic:x"]\n', environment={"OPENAI_API_KEY": "k"})
    with pytest.raises(UserError, match="ANTHROPIC_API_KEY"):
        async with open_chain("openai:x", settings):
            pass


async def test_address_and_key_of_the_first_are_not_the_others() -> None:
    toml = '[model]\nbase_url = "http://127.0.0.1:9/v1"\napi_key_env = "WORK_KEY"\nfallback = ["openai:y"]\n'
    with pytest.raises(UserError, match="OPENAI_API_KEY"):
        async with open_chain("openai:x", load_settings(toml, environment={"WORK_KEY": "k"})):
            pass
