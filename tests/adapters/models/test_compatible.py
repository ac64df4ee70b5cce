"""Asking an OpenAI-compatible interface, over a real connection, with everything that goes wrong on one."""

import asyncio
import dataclasses
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest

from journeyman.adapters.models.chat import open_chat
from journeyman.adapters.models.chat_wire import body_of
from journeyman.adapters.models.compatible import open_compatible
from journeyman.adapters.models.endpoint import Endpoint
from journeyman.adapters.models.providers import open_openai
from journeyman.adapters.models.retry import Retry
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.prompt import Completion, FinishReason, ToolCall
from journeyman.plugins import find_factory
from journeyman.ports.model import LanguageModel
from journeyman.settings import load_settings
from journeyman.testing.conformance.model import ASKED, CONTINUED, OFFERED, ModelConformance, going_on

OPENAI = "https://api.openai.com/v1"
KEY = "sk-not-for-anyones-eyes"


class Patience:
    """Remembers pauses instead of spending them."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    async def sleep(self, pause_s: float) -> None:
        self.pauses.append(pause_s)


def endpoint(provider: Any, **changes: Any) -> Endpoint:
    start = Endpoint(
        locator="openai-compatible:tiny",
        model="tiny",
        base_url=provider.base_url,
        price_url=OPENAI,
        key=KEY,
        timeout_s=20.0,
    )
    return dataclasses.replace(start, **changes)


async def ask(provider: Any, patience: Patience | None = None, **changes: Any) -> Completion:
    retry = Retry(endpoint=provider.base_url, secret=KEY, sleep=(patience or Patience()).sleep)
    async with open_chat(endpoint(provider, **changes), retry=retry) as model:
        return await model.complete(ASKED)


class TestConformance(ModelConformance):
    """The adapter keeps the promises of the port."""

    @pytest.fixture
    async def model(self, provider: Any) -> AsyncIterator[LanguageModel]:
        settings = load_settings(f'[model]\nbase_url = "{provider.base_url}"\n', environment={})
        async with open_compatible("tiny", settings) as model:
            yield model


async def test_what_is_sent(provider: Any) -> None:
    async with open_chat(endpoint(provider)) as model:
        await model.complete(CONTINUED)
    sent = provider.requests[0]
    assert [message["role"] for message in sent["messages"]] == ["system", "user", "assistant", "user"]
    assert [message["content"] for message in sent["messages"]] == [
        CONTINUED.system,
        *(turn.text for turn in CONTINUED.turns),
    ]
    assert sent["model"] == "tiny"
    assert sent["temperature"] == 0.5
    assert sent["seed"] == 7
    assert sent["max_tokens"] == 120
    assert provider.keys == [KEY]


async def test_a_prompt_without_a_seed_sends_none(provider: Any) -> None:
    async with open_chat(endpoint(provider)) as model:
        await model.complete(dataclasses.replace(ASKED, seed=None))
    assert "seed" not in provider.requests[0]


async def test_what_is_recorded_of_an_answer(provider: Any) -> None:
    completion = await ask(provider)
    assert completion.text == "def add(a, b):\n    return a + b"
    assert completion.requested_model == "openai-compatible:tiny"
    assert completion.served_model == "tiny-2026-11-22"
    assert completion.response_id == "chatcmpl-1"
    assert completion.finish_reason is FinishReason.STOP
    assert completion.usage.input_tokens == 23
    assert completion.usage.cached_tokens == 11


async def test_a_known_price_is_charged_and_an_unknown_one_is_not_zero(provider: Any, reply: Any) -> None:
    provider.replies = [reply(model="gpt-4o-mini-2024-07-18"), reply(model="tiny"), reply(usage=False)]
    known = (await ask(provider)).usage.cost_usd
    assert known is not None
    assert 0 < known < 0.001
    assert (await ask(provider)).usage.cost_usd is None
    assert (await ask(provider)).usage.cost_usd is None


async def test_a_model_of_ones_own_costs_nothing(provider: Any) -> None:
    assert (await ask(provider, price_url="")).usage.cost_usd == 0.0


@pytest.mark.parametrize(
    ("said", "meant"),
    [("length", FinishReason.LENGTH), ("content_filter", FinishReason.FILTERED), ("eos_token", FinishReason.OTHER)],
)
async def test_finish_reasons(provider: Any, reply: Any, said: str, meant: FinishReason) -> None:
    provider.replies = [reply(finish_reason=said)]
    assert (await ask(provider)).finish_reason is meant


async def test_tools_and_their_results_on_the_wire(provider: Any) -> None:
    async with open_chat(endpoint(provider)) as model:
        first = await model.complete(OFFERED)
        await model.complete(going_on(OFFERED, first))
    offered = [tool["function"] for tool in provider.requests[0]["tools"]]
    assert [(tool["name"], tool["parameters"]["type"]) for tool in offered] == [
        ("read_file", "object"),
        ("finish", "object"),
    ]
    assert first.finish_reason is FinishReason.TOOLS
    assert first.calls == (ToolCall(id="call-1-0", name="read_file", arguments='{"path": "setup.py"}'),)
    said, answered = provider.requests[1]["messages"][-2:]
    assert json.loads(said["tool_calls"][0]["function"]["arguments"]) == {"path": "setup.py"}
    assert answered == {"role": "tool", "tool_call_id": "call-1-0", "content": 'setup(name="tiny")'}


async def test_each_prompt_begins_with_the_one_before_byte_for_byte(provider: Any) -> None:
    prompt = OFFERED
    async with open_chat(endpoint(provider)) as model:
        for _ in range(3):
            prompt = going_on(prompt, await model.complete(prompt))
    first, second, third = [json.dumps(request["messages"])[:-1] for request in provider.requests]
    assert second.startswith(first)
    assert third.startswith(second)
    assert len({json.dumps(request["tools"]) for request in provider.requests}) == 1


@pytest.mark.parametrize("broken", ['{"path": ', "[1, 2]", "", "\u2028\x00", '{"path": "a"} trailing'])
async def test_broken_arguments_are_passed_on_and_survive_going_back(provider: Any, reply: Any, broken: str) -> None:
    provider.replies = [reply(calls=(("read_file", broken), ("no_such_tool", "{}")))]
    async with open_chat(endpoint(provider)) as model:
        first = await model.complete(OFFERED)
        await model.complete(going_on(OFFERED, first))
    assert [call.arguments for call in first.calls] == [broken or "{}", "{}"]
    sent_back = provider.requests[1]["messages"][-3]["tool_calls"]
    assert all(isinstance(json.loads(call["function"]["arguments"]), dict) for call in sent_back)


async def test_thoughts_go_back_as_they_came_and_are_no_part_of_the_text(provider: Any, reply: Any) -> None:
    provider.replies = [reply(said={"reasoning_content": "First I read the file."}, calls=(("finish", "{}"),))]
    async with open_chat(endpoint(provider)) as model:
        first = await model.complete(OFFERED)
        await model.complete(going_on(OFFERED, first))
    assert first.text == ""
    assert provider.requests[1]["messages"][-2]["reasoning_content"] == "First I read the file."


async def test_thoughts_of_another_provider_are_left_out(provider: Any) -> None:
    foreign = json.dumps({"system": "elsewhere", "parts": [{"part_kind": "thinking", "content": "secret"}]})
    turns = (*CONTINUED.turns[:1], dataclasses.replace(CONTINUED.turns[1], native=foreign), *CONTINUED.turns[2:])
    async with open_chat(endpoint(provider)) as model:
        await model.complete(dataclasses.replace(CONTINUED, turns=turns))
    assert "secret" not in json.dumps(provider.requests[0])
    assert provider.requests[0]["messages"][2]["content"] == CONTINUED.turns[1].text


async def test_an_answer_cut_off_in_a_call_says_so(provider: Any, reply: Any) -> None:
    provider.replies = [reply(calls=(("read_file", '{"path": "se'),), finish_reason="length")]
    async with open_chat(endpoint(provider)) as model:
        assert (await model.complete(OFFERED)).finish_reason is FinishReason.LENGTH


async def test_retry_after_is_honoured(provider: Any, reply: Any) -> None:
    provider.replies = [reply(status=429, headers={"Retry-After": "3"}, body=b'{"error": {"message": "slow down"}}')]
    patience = Patience()
    assert (await ask(provider, patience)).text
    assert patience.pauses == [3.0]


async def test_pauses_grow(provider: Any, reply: Any) -> None:
    provider.replies = [reply(status=status, body=b"{}") for status in (500, 503, 408)]
    patience = Patience()
    assert (await ask(provider, patience)).text
    assert patience.pauses == sorted(patience.pauses)
    assert len(patience.pauses) == 3


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 529])
async def test_a_failure_that_stays_may_be_tried_again_later(provider: Any, reply: Any, status: int) -> None:
    provider.replies = [reply(status=status, body=b"{}")] * 4
    with pytest.raises(AdapterError, match=r"4 attempts") as caught:
        await ask(provider)
    assert caught.value.retryable
    assert len(provider.requests) == 4


async def test_asking_for_an_hour_is_giving_up(provider: Any, reply: Any) -> None:
    provider.replies = [reply(status=429, headers={"Retry-After": "3600"}, body=b"{}")]
    with pytest.raises(AdapterError) as caught:
        await ask(provider)
    assert caught.value.retryable
    assert len(provider.requests) == 1


async def test_a_broken_connection_is_tried_again(provider: Any, reply: Any) -> None:
    provider.replies = [reply(hang_up=True)]
    assert (await ask(provider)).text
    assert len(provider.requests) == 2


async def test_nobody_there(provider: Any) -> None:
    provider.close()
    with pytest.raises(AdapterError) as caught:
        await ask(provider)
    assert caught.value.retryable


@pytest.mark.parametrize("body", [b"<html>busy</html>", b'{"choices": []}', b'{"id": 1'])
async def test_an_answer_that_is_none(provider: Any, reply: Any, body: bytes) -> None:
    provider.replies = [reply(body=body)] * 4
    with pytest.raises(AdapterError) as caught:
        await ask(provider)
    assert caught.value.retryable


async def test_a_bad_request_is_not_repeated(provider: Any, reply: Any) -> None:
    provider.replies = [reply(status=400, body=b'{"error": {"message": "the prompt is too long"}}')]
    with pytest.raises(AdapterError, match="the prompt is too long") as caught:
        await ask(provider)
    assert not caught.value.retryable
    assert len(provider.requests) == 1


@pytest.mark.parametrize(("status", "remedy"), [(401, "environment variable"), (404, "base_url")])
async def test_what_the_caller_must_mend(provider: Any, reply: Any, status: int, remedy: str) -> None:
    provider.replies = [reply(status=status, body=b'{"error": {"message": "no"}}')]
    with pytest.raises(UserError, match=remedy):
        await ask(provider)
    assert len(provider.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 500])
async def test_an_echoed_key_is_struck_out(provider: Any, reply: Any, status: int) -> None:
    body = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}).encode()
    provider.replies = [reply(status=status, body=body)] * 4
    with pytest.raises((AdapterError, UserError)) as caught:
        await ask(provider)
    assert KEY not in str(caught.value)
    assert KEY not in repr(endpoint(provider))
    assert KEY not in repr(Retry(endpoint="", secret=KEY))


async def test_a_call_that_takes_too_long_is_given_up(provider: Any) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent_url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with pytest.raises(AdapterError) as caught:
            await ask(provider, base_url=silent_url, timeout_s=0.2)
    assert caught.value.retryable


async def test_openai_needs_a_key() -> None:
    with pytest.raises(UserError, match="OPENAI_API_KEY"):
        async with open_openai("gpt-5-mini", load_settings(environment={})):
            pass


async def test_openai_takes_the_key_from_the_variable_that_was_named(provider: Any) -> None:
    toml = f'[model]\nbase_url = "{provider.base_url}"\napi_key_env = "WORK_KEY"\n'
    async with open_openai("tiny", load_settings(toml, environment={"WORK_KEY": KEY, "OPENAI_API_KEY": "x"})) as model:
        await model.complete(ASKED)
    assert provider.keys == [KEY]


async def test_a_server_of_ones_own_in_one_word(provider: Any) -> None:
    settings = load_settings(environment={"OPENAI_API_KEY": KEY})
    async with find_factory("models", "openai-compatible")(f"{provider.base_url}#tiny", settings) as model:
        completion = await model.complete(ASKED)  # type: ignore[attr-defined] # the factory's type is an object
    assert completion.requested_model == f"openai-compatible:{provider.base_url}#tiny"
    assert provider.requests[0]["model"] == "tiny"
    assert provider.requests[0]["max_tokens"] == 120
    assert KEY not in provider.keys, "OpenAI's key is nobody else's business"


@pytest.mark.parametrize(
    ("rest", "problem"), [("tiny", "does not say where"), ("http://127.0.0.1:1/v1#", "no name"), ("#tiny", "where")]
)
async def test_an_address_that_is_none(rest: str, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        async with open_compatible(rest, load_settings(environment={})):
            pass


async def test_a_request_is_in_raw_text_how_the_next_one_begins(provider: Any) -> None:
    prompt = OFFERED
    async with open_chat(endpoint(provider)) as model:
        for _ in range(3):
            prompt = going_on(prompt, await model.complete(prompt))
    bodies = [body_of(endpoint(provider), OFFERED, {}), body_of(endpoint(provider), prompt, {})]
    assert bodies[1].startswith(bodies[0].removesuffix(b"]}") + b",")
    assert json.loads(bodies[1]) == json.loads(body_of(endpoint(provider), prompt, {}))
    assert list(json.loads(bodies[0]))[-3:] == ["tools", "tool_choice", "messages"]


async def test_openai_is_told_the_limit_by_its_new_name_and_reasoners_no_temperature() -> None:
    def sent(model: str) -> dict[str, Any]:
        openai = Endpoint(locator=f"openai:{model}", model=model, base_url="", key="", timeout_s=1.0, price_url="")
        return dict(json.loads(body_of(openai, ASKED, {})))

    assert sent("gpt-4o-mini")["max_completion_tokens"] == 120
    assert {"gpt-5-mini", "o3"}.isdisjoint(name for name in ("gpt-5-mini", "o3") if "temperature" in sent(name))
    assert all(sent(name)["temperature"] == 0.5 for name in ("gpt-4o-mini", "gpt-5.1", "gpt-5-chat-latest"))


async def test_thoughts_in_the_text_are_no_part_of_it_and_go_back(provider: Any, reply: Any) -> None:
    provider.replies = [reply(said={"content": "<think>Let me see.</think>def f(): ..."})]
    async with open_chat(endpoint(provider)) as model:
        first = await model.complete(ASKED)
        await model.complete(going_on(ASKED, first))
    assert first.text == "def f(): ..."
    assert provider.requests[1]["messages"][-2]["content"] == "<think>Let me see.</think>def f(): ..."


async def test_an_answer_in_the_body_of_an_error_is_a_failure(provider: Any, reply: Any) -> None:
    body = json.dumps({"error": {"code": 502, "message": "upstream is gone"}, "choices": []}).encode()
    provider.replies = [reply(body=body)]
    assert (await ask(provider)).text, "a 502 in a body that came with 200 may pass"
    provider.replies = [reply(status=429, body=b'{"error": {"code": "insufficient_quota", "message": "no money"}}')]
    with pytest.raises(UserError, match="nothing left to spend"):
        await ask(provider)


@pytest.mark.parametrize("key", ["sk-one\nsk-two", "sk-\u2026", "sk-\x00"])
async def test_a_key_that_cannot_be_sent_is_not_quoted(provider: Any, key: str) -> None:
    with pytest.raises(UserError, match="line break") as caught:
        await ask(provider, key=key)
    assert key not in str(caught.value)


async def test_the_wire_needs_no_sdk_and_no_price_list() -> None:
    script = (
        "import asyncio, sys\n"
        "from journeyman.adapters.models.compatible import open_compatible\n"
        "from journeyman.settings import load_settings\n"
        "from journeyman.testing.conformance.model import ASKED\n"
        "async def main():\n"
        "    async with open_compatible('http://127.0.0.1:1/v1#x', load_settings(environment={})) as model:\n"
        "        assert model.most_cost_usd(input_tokens=1, output_tokens=1) is None\n"
        "asyncio.run(main())\n"
        "print(*{'openai', 'pydantic_ai', 'pydantic', 'genai_prices'} & set(sys.modules))\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    assert (process.returncode, output.strip()) == (0, b"")
