"""A provider's model, asked through pydantic-ai's direct interface: for wires that only their SDKs speak well."""

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from journeyman.adapters.models.endpoint import Endpoint
from journeyman.adapters.models.failure import Failure, Reason
from journeyman.adapters.models.prices import most_of, price_of
from journeyman.adapters.models.retry import Retry
from journeyman.adapters.models.sdk_failure import failures_of_sdk
from journeyman.adapters.models.wire import (
    calls_of,
    finish_reason_of,
    messages_of,
    native_of,
    parameters_of,
    text_of,
)
from journeyman.domain.prompt import Completion, Prompt
from journeyman.domain.usage import Usage

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage, ModelResponse
    from pydantic_ai.models import Model, ModelRequestParameters


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
        system = self._client.system
        messages, parameters = messages_of(prompt, system=system), parameters_of(prompt.tools)
        settings = self._settings(prompt)
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
        if key := self._endpoint.cache_key(prompt):
            settings["openai_prompt_cache_key"] = key
        return settings | ({} if prompt.seed is None else {"seed": prompt.seed})

    def _usage(self, response: "ModelResponse") -> Usage:
        theirs = response.usage
        usage = Usage(
            requests=1,
            input_tokens=theirs.input_tokens,
            cached_tokens=theirs.cache_read_tokens,
            output_tokens=theirs.output_tokens,
        )
        if not self._endpoint.price_url:
            return usage
        cost_usd = None
        if not theirs.unmeasured_requests:
            price_url, written = self._endpoint.price_url, theirs.cache_write_tokens
            cost_usd = price_of(usage, response.model_name or "", price_url, cache_write_tokens=written)
        return replace(usage, cost_usd=cost_usd)


async def _whole(
    client: "Model", messages: "list[ModelMessage]", settings: dict[str, Any], parameters: "ModelRequestParameters"
) -> "ModelResponse":
    from pydantic_ai.direct import model_request

    with failures_of_sdk():
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
        Failure: among others, it ended without saying why: the rest was lost on its way. SDKs let that pass.
    """
    from pydantic_ai.direct import model_request_stream

    with failures_of_sdk():
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
        raise Failure(Reason.BROKEN, "the stream broke off before the answer was whole")
    return response
