"""The real local model, as runs use it."""

import asyncio
import dataclasses
import os
import signal
from collections.abc import AsyncIterator

import pytest

from journeyman.adapters.models.catalog import find_model
from journeyman.adapters.models.local import LocalModel, open_model, resolve_weights
from journeyman.adapters.models.pull import pull
from journeyman.adapters.models.slots import conversation
from journeyman.domain.errors import UserError
from journeyman.domain.prompt import Prompt, Role, Turn
from journeyman.settings import Settings, load_settings
from journeyman.testing.conformance.model import ASKED, CONTINUED, ModelConformance

NAME = "qwen2.5-coder-0.5b"
LONG = dataclasses.replace(
    ASKED,
    turns=(Turn(role=Role.USER, text="def f(x):\n    return x + 1\n\n" * 60 + "Write the inverse of f."),),
    max_tokens=12,
)


@pytest.fixture
async def settings() -> Settings:
    """Settings under which the small model is here; the odd context makes the server the test's own."""
    settings = load_settings("[model]\nslots = 2\ncontext_tokens = 1536\n")
    await pull(find_model(NAME), settings, lambda _progress: None)
    return settings


@pytest.fixture
async def model(settings: Settings) -> AsyncIterator[LocalModel]:
    async with open_model(NAME, settings) as opened:
        yield opened


def at(prompt: Prompt, seed: int) -> Prompt:
    return dataclasses.replace(prompt, seed=seed, temperature=0.3 * seed)


@pytest.mark.slow
@pytest.mark.model
class TestConformance(ModelConformance):
    """The adapter keeps the promises of the port."""


@pytest.mark.slow
@pytest.mark.model
async def test_the_served_model_is_named_by_its_weights_and_costs_nothing(model: LocalModel) -> None:
    completion = await model.complete(ASKED)
    assert completion.requested_model == f"local:{NAME}"
    assert completion.served_model == f"{NAME}@sha256:{find_model(NAME).sha256[:12]}"
    assert completion.usage.cost_usd == 0.0


@pytest.mark.slow
@pytest.mark.model
async def test_candidates_of_one_prompt_share_its_evaluation(model: LocalModel) -> None:
    completions = await asyncio.gather(*(model.complete(at(LONG, seed)) for seed in range(4)))
    evaluated = [completion.usage.input_tokens - completion.usage.cached_tokens for completion in completions]
    assert sorted(evaluated)[:3] == [1, 1, 1], "all but one read it from the cache, but for the last token"
    assert max(evaluated) > 300


@pytest.mark.slow
@pytest.mark.model
async def test_two_clients_share_what_was_evaluated(model: LocalModel, settings: Settings) -> None:
    await model.complete(LONG)
    async with open_model(NAME, settings) as other:
        usage = (await other.complete(at(LONG, 2))).usage
    assert usage.input_tokens - usage.cached_tokens == 1


@pytest.mark.slow
@pytest.mark.model
async def test_a_prompt_that_goes_on_is_not_evaluated_anew(model: LocalModel) -> None:
    first = await model.complete(LONG)
    more = (Turn(role=Role.MODEL, text=first.text), Turn(role=Role.USER, text="Shorter."))
    usage = (await model.complete(dataclasses.replace(LONG, turns=LONG.turns + more))).usage
    assert usage.cached_tokens >= first.usage.input_tokens - 8


@pytest.mark.slow
@pytest.mark.model
async def test_a_lost_server_is_replaced_under_way(model: LocalModel) -> None:
    await model.complete(ASKED)
    os.kill(model.server.pid, signal.SIGKILL)
    assert (await model.complete(CONTINUED)).text


@pytest.mark.parametrize("rest", ["gpt-5", "/nowhere/model.gguf", "./model.gguf", "model.gguf"])
def test_a_model_that_is_not_there(rest: str) -> None:
    with pytest.raises(UserError, match="there is no"):
        resolve_weights(rest, Settings())


def test_conversations_that_begin_alike_read_alike() -> None:
    assert conversation(CONTINUED).startswith(conversation(ASKED))
    assert conversation(ASKED, Turn(role=Role.MODEL, text="yes")).startswith(conversation(ASKED))
    assert conversation(ASKED) == conversation(at(ASKED, 3))
    assert conversation(ASKED, CONTINUED.turns[1]) == conversation(
        dataclasses.replace(CONTINUED, turns=CONTINUED.turns[:2])
    )
