"""Every provider's wire, spoken by its own SDK to a server that speaks it too, with everything that goes wrong on one."""

import dataclasses
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from journeyman.adapters.models.providers import PROVIDERS, endpoint_of, find_provider, open_provider
from journeyman.adapters.models.retry import Retry
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.prompt import FinishReason, ToolCall
from journeyman.plugins import find_factory
from journeyman.ports.model import LanguageModel
from journeyman.settings import Settings, load_settings
from journeyman.testing.conformance.model import ASKED, OFFERED, ModelConformance, going_on

pytestmark = pytest.mark.slow
KEY = "sk-not-for-anyones-eyes"
WIRES = {"openai": "openai", "openai-responses": "openai", "anthropic": "anthropic", "google": "gemini"}
"""Schemes with a wire that the emulator speaks, and what it calls that."""
each_wire = pytest.mark.parametrize("scheme", sorted(WIRES))
streamed_or_not = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


class Patience:
    """Remembers pauses instead of spending them."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    async def sleep(self, pause_s: float) -> None:
        self.pauses.append(pause_s)


def settings_for(llmock: Any, scheme: str, *, stream: bool = False) -> Settings:
    url = llmock.base_url(WIRES[scheme])
    environment = dict.fromkeys(find_provider(scheme).key_env, KEY)
    toml = f'[model]\nbase_url = "{url}"\nstream = {str(stream).lower()}\ntimeout_s = 20.0\n'
    return load_settings(toml, environment=environment)


def opened(
    llmock: Any, scheme: str, *, stream: bool = False, patience: Patience | None = None
) -> AbstractAsyncContextManager[LanguageModel]:
    retry = Retry(endpoint=scheme, secret=KEY, sleep=(patience or Patience()).sleep)
    return open_provider(scheme, "some-model", settings_for(llmock, scheme, stream=stream), retry=retry)


class Promises(ModelConformance):
    """The promises of the port, but for what the emulator cannot do: it never cuts an answer off."""

    async def test_an_answer_that_is_cut_off_says_so(self, model: LanguageModel) -> None:
        """The emulator answers in full whatever was allowed."""


class TestOpenAI(Promises):
    """Chat completions."""

    @pytest.fixture
    async def model(self, llmock: Any) -> AsyncIterator[LanguageModel]:
        async with opened(llmock, "openai") as model:
            yield model


class TestOpenAIStreamed(Promises):
    """Chat completions, piece by piece."""

    @pytest.fixture
    async def model(self, llmock: Any) -> AsyncIterator[LanguageModel]:
        async with opened(llmock, "openai", stream=True) as model:
            yield model


class TestResponses(Promises):
    """OpenAI's responses."""

    @pytest.fixture
    async def model(self, llmock: Any) -> AsyncIterator[LanguageModel]:
        async with opened(llmock, "openai-responses") as model:
            yield model


class TestAnthropic(Promises):
    """Anthropic's messages."""

    @pytest.fixture
    async def model(self, llmock: Any) -> AsyncIterator[LanguageModel]:
        async with opened(llmock, "anthropic") as model:
            yield model


class TestAnthropicStreamed(Promises):
    """Anthropic's messages, piece by piece."""

    @pytest.fixture
    async def model(self, llmock: Any) -> AsyncIterator[LanguageModel]:
        async with opened(llmock, "anthropic", stream=True) as model:
            yield model


class TestGoogle(Promises):
    """Gemini's generateContent."""

    @pytest.fixture
    async def model(self, llmock: Any) -> AsyncIterator[LanguageModel]:
        async with opened(llmock, "google") as model:
            yield model

    async def test_an_answer_says_who_gave_it_and_what_it_took(self, model: LanguageModel) -> None:
        """The emulator of Gemini gives its answers no ids."""

    async def test_results_go_back(self, model: LanguageModel) -> None:
        """Likewise; the loop below sends results back."""

    async def test_requests_may_be_made_at_once(self, model: LanguageModel) -> None:
        """Likewise."""


@each_wire
@streamed_or_not
async def test_a_loop_of_tool_calls(llmock: Any, scheme: str, stream: bool) -> None:
    llmock.call_tool("read_file", {"path": "a.py"}).call_tool("finish", {}).reply("done")
    prompt, said = OFFERED, []
    async with opened(llmock, scheme, stream=stream) as model:
        for _ in range(3):
            completion = await model.complete(prompt)
            said.append([(call.name, call.arguments.replace(" ", "")) for call in completion.calls] or completion.text)
            prompt = going_on(prompt, completion)
    assert said == [[("read_file", '{"path":"a.py"}')], [("finish", "{}")], "done"]
    assert completion.finish_reason is FinishReason.STOP
    llmock.assert_resilient()


@each_wire
@streamed_or_not
async def test_a_rate_limit_is_waited_for_as_long_as_was_asked(llmock: Any, scheme: str, stream: bool) -> None:
    patience = Patience()
    llmock.rate_limit(times=2, retry_after=7.0).reply("at last")
    async with opened(llmock, scheme, stream=stream, patience=patience) as model:
        assert (await model.complete(ASKED)).text == "at last"
    assert patience.pauses == [7.0, 7.0]


@each_wire
@streamed_or_not
@pytest.mark.parametrize("statuses", [(408, 409, 500), (502, 503, 529)], ids=str)
async def test_what_may_pass_is_asked_again(llmock: Any, scheme: str, stream: bool, statuses: tuple[int, ...]) -> None:
    for status in statuses:
        llmock.fail(status)
    llmock.reply("at last")
    async with opened(llmock, scheme, stream=stream) as model:
        assert (await model.complete(ASKED)).text == "at last"
    assert len(llmock.requests) == 4, "an SDK that retries beside us would have asked more often"


@each_wire
async def test_what_stays_is_given_up(llmock: Any, scheme: str) -> None:
    llmock.outage()
    async with opened(llmock, scheme) as model:
        with pytest.raises(AdapterError, match=r"4 attempts") as caught:
            await model.complete(ASKED)
    assert caught.value.retryable
    assert len(llmock.requests) == 4


@each_wire
@pytest.mark.parametrize("fault", ["truncate", "disconnect", "corrupt"])
async def test_a_stream_that_breaks_is_a_failure_and_is_asked_again(llmock: Any, scheme: str, fault: str) -> None:
    getattr(llmock, fault)(after_chunks=2)
    llmock.reply("the whole of the answer", times=2)
    async with opened(llmock, scheme, stream=True) as model:
        completion = await model.complete(ASKED)
    assert completion.text == "the whole of the answer"
    # An event that has no name is nothing to Anthropic's SDK: the damage was between the pieces.
    assert len(llmock.requests) == (1 if (scheme, fault) == ("anthropic", "corrupt") else 2)


@each_wire
async def test_a_stream_that_always_breaks_is_no_answer(llmock: Any, scheme: str) -> None:
    llmock.truncate(after_chunks=1, times=None)
    async with opened(llmock, scheme, stream=True) as model:
        with pytest.raises(AdapterError) as caught:
            await model.complete(ASKED)
    assert caught.value.retryable


@each_wire
async def test_broken_arguments_are_text(llmock: Any, scheme: str) -> None:
    llmock.break_tool_call().call_tool("read_file", {"path": "a.py"}).reply("I see")
    async with opened(llmock, scheme) as model:
        first = await model.complete(OFFERED)
        assert first.calls
        assert (await model.complete(going_on(OFFERED, first))).text == "I see"


@each_wire
async def test_a_prompt_that_does_not_fit_says_what_to_do(llmock: Any, scheme: str) -> None:
    llmock.context_overflow()
    async with opened(llmock, scheme) as model:
        with pytest.raises((UserError, AdapterError), match="context") as caught:
            await model.complete(ASKED)
    assert len(llmock.requests) == 1
    if scheme.startswith("openai"):
        # The emulator words it as OpenAI does; the others' SDKs know their own providers' words.
        assert isinstance(caught.value, UserError)
        assert "context_tokens" in caught.value.remedy


@each_wire
@pytest.mark.parametrize(("status", "remedy"), [(401, "environment variable"), (404, "base_url")])
async def test_what_the_caller_must_mend(llmock: Any, scheme: str, status: int, remedy: str) -> None:
    llmock.fail(status, times=None, message=f"no: {KEY}")
    async with opened(llmock, scheme) as model:
        with pytest.raises(UserError, match=remedy) as caught:
            await model.complete(ASKED)
    assert len(llmock.requests) == 1
    assert KEY not in str(caught.value)


@each_wire
async def test_a_model_without_tool_calls_says_what_to_do(llmock: Any, scheme: str) -> None:
    llmock.fail(400, message="this model does not support tools")
    async with opened(llmock, scheme) as model:
        with pytest.raises(UserError, match="--strategy direct"):
            await model.complete(OFFERED)


async def test_anthropic_is_asked_to_keep_the_prefix(llmock: Any) -> None:
    async with opened(llmock, "anthropic") as model:
        await model.complete(OFFERED)
    assert "cache_control" in str(llmock.last_request.body)


@pytest.mark.parametrize("scheme", ["openai", "openai-responses"])
async def test_openai_is_told_which_prompts_begin_alike(llmock: Any, scheme: str) -> None:
    async with opened(llmock, scheme) as model:
        first = await model.complete(OFFERED)
        await model.complete(going_on(OFFERED, first))
        await model.complete(ASKED)
    keys = [request.body["prompt_cache_key"] for request in llmock.requests]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.scheme)
async def test_a_provider_without_its_key_says_which(provider: Any) -> None:
    settings = load_settings(environment={})
    if provider.key_env:
        with pytest.raises(UserError, match=provider.key_env[0]):
            endpoint_of(provider, "x", settings)
    with pytest.raises(UserError, match="no name"):
        endpoint_of(provider, "", settings)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.scheme)
def test_every_provider_is_a_plug_in(provider: Any) -> None:
    assert callable(find_factory("models", provider.scheme))


async def test_azure_needs_an_address() -> None:
    with pytest.raises(UserError, match="AZURE_OPENAI_ENDPOINT"):
        endpoint_of(find_provider("azure"), "x", load_settings(environment={"AZURE_OPENAI_API_KEY": KEY}))


@pytest.mark.parametrize("scheme", ["azure", "openrouter", "ollama", "groq", "mistral"])
async def test_the_ones_that_speak_nearly_as_openai_does(provider: Any, scheme: str) -> None:
    found = find_provider(scheme)
    # Groq's and Mistral's SDKs know what their address is followed by.
    url = provider.base_url.removesuffix("/v1")
    if scheme in {"azure", "openrouter"}:
        url = provider.base_url
    settings = load_settings(f'[model]\nbase_url = "{url}"\n', environment=dict.fromkeys(found.key_env, KEY))
    name = "tiny/tiny" if scheme == "openrouter" else "tiny"
    async with open_provider(scheme, name, settings) as model:
        first = await model.complete(OFFERED)
        second = await model.complete(going_on(OFFERED, first))
    assert first.calls == (ToolCall(id="call-1-0", name="read_file", arguments=first.calls[0].arguments),)
    assert first.finish_reason is FinishReason.TOOLS
    assert second.text
    assert second.served_model == "tiny-2026-11-22"
    assert second.requested_model == f"{scheme}:{name}"
    assert second.usage.cost_usd == (0.0 if scheme == "ollama" else None)
    assert provider.keys == ([KEY, KEY] if found.key_env else ["none", "none"])


async def test_a_web_page_is_named_as_one(provider: Any, reply: Any) -> None:
    provider.replies = [reply(status=502, body=b"<!DOCTYPE html><html><title>Bad gateway</title></html>")] * 4
    settings = load_settings(f'[model]\nbase_url = "{provider.base_url}"\n', environment={"OPENAI_API_KEY": KEY})
    retry = Retry(endpoint="it", sleep=Patience().sleep)
    async with open_provider("openai", "tiny", settings, retry=retry) as model:
        with pytest.raises(AdapterError, match=r"web page(.|\n)*base_url"):
            await model.complete(dataclasses.replace(ASKED, max_tokens=5))
