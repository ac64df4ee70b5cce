"""A model behind OpenAI's chat completions, asked over plain HTTP: nothing to import but httpx.

An SDK costs seconds of start and most of a step; what it does for this one wire fits in `chat_wire`.
"""

import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from journeyman.adapters.models.chat_stream import Pieces
from journeyman.adapters.models.chat_wire import Answer, answer_of, body_of
from journeyman.adapters.models.endpoint import Endpoint
from journeyman.adapters.models.failure import Failure, Reason, is_page
from journeyman.adapters.models.prices import most_of, price_of
from journeyman.adapters.models.retry import Retry
from journeyman.domain.errors import UserError
from journeyman.domain.prompt import Completion, Prompt
from journeyman.domain.usage import Usage

if TYPE_CHECKING:
    import httpx

_QUOTA = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
    }
)
"""OpenAI's words for an account without money; they come with 429 as if waiting would help."""
_TOO_LONG = ("maximum context length", "reduce the length of the messages")
_STATUS_OF_CODE = {
    "rate_limit_exceeded": 429,
    "rate_limit_error": 429,
    "too_many_requests": 429,
    "service_unavailable": 503,
    "server_is_overloaded": 503,
    "overloaded": 503,
    "server_error": 500,
}
"""Of an error inside a stream or a body, which has none of its own."""
_REASON_OF_STATUS = {401: Reason.KEY, 402: Reason.QUOTA, 403: Reason.KEY, 404: Reason.MODEL}
_REASON_OF_CODE = {
    "context_length_exceeded": Reason.WINDOW,
    "exceed_context_size_error": Reason.WINDOW,
    "model_not_found": Reason.MODEL,
    "invalid_api_key": Reason.KEY,
    **dict.fromkeys(_QUOTA, Reason.QUOTA),
}
_FIRST_ERROR = 400


class ChatModel:
    """A model at an endpoint that speaks as OpenAI does."""

    def __init__(self, endpoint: Endpoint, http: "httpx.AsyncClient", *, retry: Retry) -> None:
        """`http` knows the key and the deadline."""
        self._endpoint = endpoint
        self._url = f"{endpoint.base_url.rstrip('/')}/chat/completions"
        self._http = http
        self._retry = retry

    @property
    def name(self) -> str:
        """The locator it was opened from."""
        return self._endpoint.locator

    def most_cost_usd(self, *, input_tokens: int, output_tokens: int) -> float | None:
        """Return the most that so many tokens can cost at the endpoint; None when its price is unknown."""
        endpoint = self._endpoint
        if not endpoint.price_url:
            return 0.0
        return most_of(endpoint.model, endpoint.price_url, input_tokens=input_tokens, output_tokens=output_tokens)

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer one prompt, trying again while that may help.

        Raises:
            AdapterError: no answer; `retryable` when the last attempt failed in a way that may pass.
            UserError: the key is refused, or the endpoint does not know the model, or cannot do what is asked.
        """
        return await self.ask(prompt, extra_body={})

    async def ask(self, prompt: Prompt, *, extra_body: Mapping[str, object]) -> Completion:
        """Answer as `complete` does; `extra_body` is sent along, for servers that understand more than OpenAI's."""
        body = body_of(self._endpoint, prompt, extra_body)
        request = self._streamed if self._endpoint.stream else self._whole
        started = time.monotonic()
        answer = await self._retry.call(lambda: request(body), tools=bool(prompt.tools))
        return Completion(
            text=answer.text,
            requested_model=self._endpoint.locator,
            served_model=answer.served_model,
            response_id=answer.response_id,
            finish_reason=answer.finish_reason,
            usage=self._usage(answer),
            duration_s=time.monotonic() - started,
            calls=answer.calls,
            native=answer.native,
        )

    async def _whole(self, body: bytes) -> Answer:
        import httpx

        try:
            response = await self._http.post(self._url, content=body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _broken(error) from None
        document = _document(response.status_code, response.headers, response.text)
        return answer_of(document, self._endpoint.scheme)

    async def _streamed(self, body: bytes) -> Answer:
        import httpx

        pieces = Pieces()
        try:
            async with self._http.stream("POST", self._url, content=body) as response:
                if "text/event-stream" not in response.headers.get("Content-Type", ""):
                    # An error, a page, or a server that does not stream and answers all at once.
                    await response.aread()
                    document = _document(response.status_code, response.headers, response.text)
                    return answer_of(document, self._endpoint.scheme)
                async for line in response.aiter_lines():
                    pieces.add(line)
                    if pieces.error is not None:
                        raise _refused(response.status_code, response.headers, pieces.error)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _broken(error) from None
        return answer_of(pieces.whole(), self._endpoint.scheme)

    def _usage(self, answer: Answer) -> Usage:
        usage = Usage(
            requests=1,
            input_tokens=answer.input_tokens,
            cached_tokens=answer.cached_tokens,
            output_tokens=answer.output_tokens,
        )
        if not self._endpoint.price_url:
            return usage
        cost_usd = price_of(usage, answer.served_model, self._endpoint.price_url) if answer.measured else None
        return replace(usage, cost_usd=cost_usd)


@asynccontextmanager
async def open_chat(endpoint: Endpoint, *, retry: Retry | None = None) -> AsyncIterator[ChatModel]:
    """Open a model at an endpoint that speaks as OpenAI does; its connections are closed at the end.

    Raises:
        UserError: the key cannot be sent.
    """
    import httpx

    if not (endpoint.key.isascii() and endpoint.key.isprintable()):
        # Said here, because a library that cannot send it would quote it.
        raise UserError(
            f"the key for {endpoint.locator} has a line break or other characters that no key has",
            remedy="Put it into its environment variable again, without what surrounds it.",
        )
    headers = {"Authorization": f"Bearer {endpoint.key or 'none'}", "Content-Type": "application/json"}
    patience = retry or Retry(endpoint=endpoint.base_url, secret=endpoint.key)
    async with httpx.AsyncClient(headers=headers, timeout=endpoint.timeout_s, follow_redirects=True) as http:
        yield ChatModel(endpoint, http, retry=patience)


def _document(status: int, headers: "httpx.Headers", text: str) -> object:
    """Return the body of a response that answers.

    Raises:
        Failure: it refuses, or is no JSON.
    """
    try:
        document = json.loads(text)
    except ValueError as broken:
        if status >= _FIRST_ERROR:
            raise _refused(status, headers, text) from None
        raise Failure(Reason.BROKEN, f"it sent what is no JSON: {broken}: {text[:200]}", page=is_page(text)) from None
    if status >= _FIRST_ERROR or (isinstance(document, dict) and document.get("error")):
        raise _refused(status, headers, document)
    return document


def _refused(status: int, headers: "httpx.Headers", body: object) -> Failure:
    """Return why an endpoint refuses, from what it says of it."""
    inner = body.get("error", body) if isinstance(body, dict) else body
    error: dict[str, Any] = inner if isinstance(inner, dict) else {"message": inner}
    codes = [str(error.get(name) or "") for name in ("code", "type")]
    if status < _FIRST_ERROR:
        # The error came after the status had said that all is well.
        numbers = [int(code) for code in codes if code.isdecimal()]
        named = [_STATUS_OF_CODE[code] for code in codes if code in _STATUS_OF_CODE]
        status = next(iter(numbers + named), 0)
    said = error.get("message") or json.dumps(body, ensure_ascii=False)
    text = str(said)
    reason = next((_REASON_OF_CODE[code] for code in codes if code in _REASON_OF_CODE), None)
    if reason is None and any(words in text.lower() for words in _TOO_LONG):
        reason = Reason.WINDOW
    if reason is None:
        reason = _REASON_OF_STATUS.get(status, Reason.STATUS if status else Reason.BROKEN)
    prefix = f"status {status}: " if status else ""
    pause_s = _retry_after(headers)
    return Failure(reason, f"{prefix}{text}", status=status, retry_after_s=pause_s, page=is_page(text))


def _retry_after(headers: "httpx.Headers") -> float | None:
    """Return for how many seconds the endpoint wants to be left alone: given in (milli)seconds, or as a date."""
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name, "")
        try:
            return max(0.0, float(value) * unit_s)
        except ValueError:
            pass
        try:
            return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
        except ValueError:
            continue
    return None


def _broken(error: Exception) -> Failure:
    # A connection that broke says nothing of itself at times; its kind does.
    return Failure(Reason.BROKEN, f"{type(error).__name__}: {error}".rstrip(": "))
