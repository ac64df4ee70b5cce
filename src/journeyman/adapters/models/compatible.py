"""Any model behind an OpenAI-compatible interface: OpenAI itself, a server of your own, or the local one.

Spellings: `openai:NAME`, `openai-compatible:NAME` (with `[model] base_url`) and the same in one word,
`openai-compatible:BASE_URL#NAME`, for example `openai-compatible:http://127.0.0.1:8080/v1#qwen3`.
"""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from journeyman.adapters.models.retry import Retry
from journeyman.adapters.models.wire import (
    calls_of,
    finish_reason_of,
    messages_of,
    native_of,
    parameters_of,
    text_of,
)
from journeyman.domain.errors import UserError
from journeyman.domain.prompt import Completion, Prompt, Role, Turn
from journeyman.domain.usage import Usage
from journeyman.settings import Settings

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelResponse
    from pydantic_ai.models.openai import OpenAIChatModel

_OPENAI = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where and as whom to ask."""

    locator: str
    """As the model was asked for, `scheme:rest`."""
    model: str
    """As the endpoint knows it."""
    base_url: str
    key: str = field(repr=False)
    timeout_s: float
    price_url: str
    """Whose prices apply, by the address of their interface; empty for a model that runs on this machine, at none."""
    continues: bool = False
    """Whether a conversation that ends with the model's own words is gone on with, and the answer repeats them."""


class CompatibleModel:
    """A model asked over the OpenAI chat interface."""

    def __init__(self, endpoint: Endpoint, client: "OpenAIChatModel", *, retry: Retry) -> None:
        self._endpoint = endpoint
        self._client = client
        self._retry = retry

    @property
    def name(self) -> str:
        """The locator it was opened from."""
        return self._endpoint.locator

    def most_cost_usd(self, *, input_tokens: int, output_tokens: int) -> float | None:
        """Return the most that so many tokens can cost at the endpoint; None when its price is unknown."""
        if not self._endpoint.price_url:
            return 0.0
        return _price_of(input_tokens, output_tokens, self._endpoint)

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer one prompt, trying again while that may help.

        Raises:
            AdapterError: no answer; `retryable` when the last attempt failed in a way that may pass.
            UserError: the key is refused, or the endpoint does not know the model.
        """
        return await self.ask(prompt, extra_body={})

    async def ask(self, prompt: Prompt, *, extra_body: Mapping[str, object]) -> Completion:
        """Answer as `complete` does; `extra_body` is sent along, for servers that understand more than OpenAI's."""
        from pydantic_ai.direct import model_request

        system = self._client.system
        begun = _begun(prompt) if self._endpoint.continues else prompt
        messages, parameters = messages_of(begun, system=system), parameters_of(prompt.tools)
        settings = self._settings(prompt) | {"extra_body": dict(extra_body)}
        started = time.monotonic()
        response = await self._retry.call(
            lambda: model_request(self._client, messages, model_settings=settings, model_request_parameters=parameters)
        )
        return Completion(
            text=text_of(response),
            requested_model=self._endpoint.locator,
            served_model=response.model_name or "",
            response_id=response.provider_response_id or "",
            finish_reason=finish_reason_of(response),
            usage=self._usage(response),
            duration_s=time.monotonic() - started,
            calls=calls_of(response),
            native=native_of(response, system=system),
        )

    def _settings(self, prompt: Prompt) -> Any:
        settings = {
            "temperature": prompt.temperature,
            "max_tokens": prompt.max_tokens,
            "timeout": self._endpoint.timeout_s,
            "request_timeout": self._endpoint.timeout_s,
            # Retrying is ours alone: attempts multiply otherwise.
            "max_retries": 0,
        }
        return settings | ({} if prompt.seed is None else {"seed": prompt.seed})

    def _usage(self, response: "ModelResponse") -> Usage:
        usage = response.usage
        return Usage(
            requests=1,
            input_tokens=usage.input_tokens,
            cached_tokens=usage.cache_read_tokens,
            output_tokens=usage.output_tokens,
            cost_usd=_price(response, self._endpoint.price_url) if self._endpoint.price_url else 0.0,
        )


def _begun(prompt: Prompt) -> Prompt:
    """Return a conversation that ends with the first words of the answer."""
    if not prompt.opening:
        return prompt
    return replace(prompt, turns=(*prompt.turns, Turn(role=Role.MODEL, text=prompt.opening)))


@asynccontextmanager
async def open_openai(rest: str, settings: Settings) -> AsyncIterator[CompatibleModel]:
    """Open `openai:NAME`.

    Raises:
        UserError: no key, or no model name.
    """
    variable = settings.model.api_key_env or "OPENAI_API_KEY"
    key = settings.secret(variable)
    if not key:
        raise UserError(f"no key for openai:{rest}", remedy=f"Put it into the environment variable {variable}.")
    endpoint = Endpoint(
        locator=f"openai:{rest}",
        model=_required_name(rest, "openai:gpt-5-mini"),
        base_url=settings.model.base_url or _OPENAI,
        price_url=_OPENAI,
        key=key,
        timeout_s=settings.model.timeout_s,
    )
    async with open_endpoint(endpoint) as model:
        yield model


@asynccontextmanager
async def open_compatible(rest: str, settings: Settings) -> AsyncIterator[CompatibleModel]:
    """Open `openai-compatible:NAME` or `openai-compatible:BASE_URL#NAME`.

    Raises:
        UserError: no address, no model name, or a named key variable that is not set.
    """
    url, mark, name = rest.rpartition("#")
    base_url = url if mark else settings.model.base_url
    example = "openai-compatible:http://127.0.0.1:8080/v1#qwen3"
    if not base_url.startswith(("http://", "https://")):
        raise UserError(
            f"openai-compatible:{rest} does not say where the model is served",
            remedy=f"Set base_url in [model], or write it in front of the name: {example}",
        )
    variable = settings.model.api_key_env
    key = settings.secret(variable) if variable else ""
    if variable and not key:
        raise UserError(
            f"no key for openai-compatible:{rest}", remedy=f"Put it into the environment variable {variable}."
        )
    endpoint = Endpoint(
        locator=f"openai-compatible:{rest}",
        model=_required_name(name, example),
        base_url=base_url,
        price_url=base_url,
        key=key,
        timeout_s=settings.model.timeout_s,
    )
    async with open_endpoint(endpoint) as model:
        yield model


@asynccontextmanager
async def open_endpoint(endpoint: Endpoint, *, retry: Retry | None = None) -> AsyncIterator[CompatibleModel]:
    """Open a model at an endpoint; its connections are closed at the end."""
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.profiles.openai import OpenAIModelProfile
    from pydantic_ai.providers.openai import OpenAIProvider
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    # An empty key would make the SDK read one from the environment and send it to a stranger.
    key = endpoint.key or "none"
    provider: Any
    if endpoint.locator.startswith("openai:"):
        provider, profile = OpenAIProvider(base_url=endpoint.base_url, api_key=key), None
    else:
        provider = OpenAICompatibleProvider("openai-compatible", base_url=endpoint.base_url, api_key=key)
        profile = OpenAIModelProfile(openai_chat_supports_max_completion_tokens=False)
    async with provider:
        client = OpenAIChatModel(endpoint.model, provider=provider, profile=profile)
        yield CompatibleModel(endpoint, client, retry=retry or Retry(endpoint=endpoint.base_url, secret=endpoint.key))


def _required_name(name: str, example: str) -> str:
    if not name:
        raise UserError("the model has no name", remedy=f"Write it after the scheme, e.g. {example}")
    return name


def _price(response: "ModelResponse", price_url: str) -> float | None:
    from genai_prices import calc_price

    if response.usage.unmeasured_requests or not response.model_name:
        return None
    try:
        price = calc_price(response.usage, response.model_name, provider_api_url=price_url)
    except LookupError:
        return None
    return float(price.total_price)


def _price_of(input_tokens: int, output_tokens: int, endpoint: Endpoint) -> float | None:
    from genai_prices import Usage as Tokens
    from genai_prices import calc_price

    tokens = Tokens(input_tokens=input_tokens, output_tokens=output_tokens)
    try:
        price = calc_price(tokens, endpoint.model, provider_api_url=endpoint.price_url)
    except LookupError:
        return None
    return float(price.total_price)
