"""Any provider's model, asked through pydantic-ai's direct interface: the one adapter behind every scheme."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from journeyman.adapters.models.prices import most_of, price_of
from journeyman.adapters.models.retry import Retry
from journeyman.adapters.models.wire import (
    calls_of,
    finish_reason_of,
    messages_of,
    native_of,
    parameters_of,
    text_of,
)
from journeyman.domain.digest import digest_bytes
from journeyman.domain.prompt import Completion, Prompt, Role, Turn
from journeyman.domain.usage import Usage

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage, ModelResponse
    from pydantic_ai.models import Model, ModelRequestParameters


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
    stream: bool = False
    """Let the answer arrive piece by piece, as some proxies want it; what arrives is judged when it is whole."""
    continues: bool = False
    """Whether a conversation that ends with the model's own words is gone on with, and the answer repeats them."""


class ProviderModel:
    """A model at a provider, whichever wire it speaks."""

    def __init__(self, endpoint: Endpoint, client: "Model", *, retry: Retry) -> None:
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
        return most_of(
            self._endpoint.model, self._endpoint.price_url, input_tokens=input_tokens, output_tokens=output_tokens
        )

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer one prompt, trying again while that may help.

        Raises:
            AdapterError: no answer; `retryable` when the last attempt failed in a way that may pass.
            UserError: the key is refused, or the endpoint does not know the model, or cannot do what is asked.
        """
        return await self.ask(prompt, extra_body={})

    async def ask(self, prompt: Prompt, *, extra_body: Mapping[str, object]) -> Completion:
        """Answer as `complete` does; `extra_body` is sent along, for servers that understand more than OpenAI's."""
        system = self._client.system
        begun = _begun(prompt) if self._endpoint.continues else prompt
        messages, parameters = messages_of(begun, system=system), parameters_of(prompt.tools)
        settings = self._settings(prompt)
        if extra_body:
            settings["extra_body"] = dict(extra_body)
        request = _streamed if self._endpoint.stream else _whole
        started = time.monotonic()
        response = await self._retry.call(
            lambda: request(self._client, messages, settings, parameters), tools=bool(prompt.tools)
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

    def _settings(self, prompt: Prompt) -> dict[str, Any]:
        settings: dict[str, Any] = {
            "temperature": prompt.temperature,
            "max_tokens": prompt.max_tokens,
            "timeout": self._endpoint.timeout_s,
            "request_timeout": self._endpoint.timeout_s,
            # Retrying is ours alone: attempts multiply otherwise.
            "max_retries": 0,
            # Providers that keep prefixes only if asked (Anthropic, Bedrock) are asked; to others this is nothing.
            "cache": True,
        }
        if self._endpoint.locator.startswith(("openai:", "openai-responses:", "azure:")):
            # Requests that begin alike are sent to the machine that knows the beginning.
            settings["openai_prompt_cache_key"] = digest_bytes(_beginning(prompt))[:32]
        return settings | ({} if prompt.seed is None else {"seed": prompt.seed})

    def _usage(self, response: "ModelResponse") -> Usage:
        usage = response.usage
        return Usage(
            requests=1,
            input_tokens=usage.input_tokens,
            cached_tokens=usage.cache_read_tokens,
            output_tokens=usage.output_tokens,
            cost_usd=price_of(response, self._endpoint.price_url) if self._endpoint.price_url else 0.0,
        )


def _begun(prompt: Prompt) -> Prompt:
    """Return a conversation that ends with the first words of the answer."""
    if not prompt.opening:
        return prompt
    return replace(prompt, turns=(*prompt.turns, Turn(role=Role.MODEL, text=prompt.opening)))


async def _whole(
    client: "Model", messages: "list[ModelMessage]", settings: dict[str, Any], parameters: "ModelRequestParameters"
) -> "ModelResponse":
    from pydantic_ai.direct import model_request

    return await model_request(
        client,
        messages,
        model_settings=settings,  # type: ignore[arg-type] # a TypedDict there
        model_request_parameters=parameters,
    )


async def _streamed(
    client: "Model", messages: "list[ModelMessage]", settings: dict[str, Any], parameters: "ModelRequestParameters"
) -> "ModelResponse":
    """Read a stream to its end.

    Raises:
        UnexpectedModelBehavior: it ended without saying why: the rest was lost on its way. SDKs let that pass.
    """
    from pydantic_ai.direct import model_request_stream
    from pydantic_ai.exceptions import UnexpectedModelBehavior

    async with model_request_stream(
        client,
        messages,
        model_settings=settings,  # type: ignore[arg-type] # a TypedDict there
        model_request_parameters=parameters,
    ) as stream:
        async for _event in stream:
            pass
        response = stream.get()
    if not (response.provider_details or {}).get("finish_reason"):
        raise UnexpectedModelBehavior("the stream broke off before the answer was whole")
    return response


def _beginning(prompt: Prompt) -> bytes:
    first = prompt.turns[0].text if prompt.turns else ""
    return "\0".join([prompt.system, *(tool.name for tool in prompt.tools), first]).encode("utf-8", "surrogatepass")
