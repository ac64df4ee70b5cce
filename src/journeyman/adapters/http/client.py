"""A thin client for the JSON interfaces of forges and trackers: patient, bounded, and silent about its token."""

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import SystemRandom
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from journeyman import __version__
from journeyman.adapters.http.answer import (
    Answer,
    asked_pause_s,
    is_limited,
    is_passing,
    refusal,
    strike_out,
)
from journeyman.adapters.http.credential import TokenSource, token_from
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.service import Service
from journeyman.settings import Settings

if TYPE_CHECKING:
    import httpx

_MOST_BYTES = 20_000_000
"""Of one answer: the product asks for tickets and pull requests, not for archives."""
_MOST_PAGES = 50
_MOST_REDIRECTS = 3
_TIMEOUT_S = 30.0
_NEXT = re.compile(r'<([^<>]+)>\s*;[^,]*\brel="?next"?')
_CHANCE = SystemRandom()
_HEADERS = {
    "github": {"accept": "application/vnd.github+json", "x-github-api-version": "2022-11-28"},
}
_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How often and how long a service is waited for."""

    attempts: int = 4
    first_pause_s: float = 0.5
    """Doubled with each attempt; what the service asks for wins."""
    longest_pause_s: float = 60.0
    """A service that asks for more is given up on, with its own figure in the message."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class ServiceClient:
    """Asks one service; every method is one request, or one listing read to its end."""

    def __init__(
        self, service: Service, http: "httpx.AsyncClient", *, token: TokenSource, patience: Patience | None = None
    ) -> None:
        self.service = service
        self._http = http
        self._token = token
        self._patience = patience or Patience()

    async def ask(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = None
    ) -> Answer:
        """Return the answer to one request.

        What may be repeated without harm is, while that may help; anything else only when the service
        says that it did nothing, or was never reached.

        Args:
            method: of HTTP, in upper case.
            path: below the service's URL, or an absolute URL of the same origin.
            query: parameters of the URL.
            body: sent as JSON unless None.

        Raises:
            RefusedError: the service said no (4xx); `status` and `said` tell how.
            AdapterError: it could not be reached, or failed; `retryable` when that may pass.
        """
        secret = await self._token()
        for attempt in range(1, self._patience.attempts + 1):
            last = attempt == self._patience.attempts
            try:
                answer = await self._followed(method, path, query, body, secret)
            except AdapterError as error:
                if last or not error.retryable:
                    raise
                await self._patience.sleep(self._pause_s(attempt))
                continue
            if answer.status < 300 or answer.status == 304:
                return answer
            pause = asked_pause_s(answer)
            waits = is_limited(answer) or (is_passing(answer) and method in _REPEATABLE)
            if last or not waits or (pause or 0.0) > self._patience.longest_pause_s:
                raise refusal(self.service, path, answer, secret=secret)
            await self._patience.sleep(self._pause_s(attempt) if pause is None else pause)
        raise AdapterError(f"{self.service.title} was not asked", retryable=True)

    async def listing(
        self, path: str, *, query: Mapping[str, str] | None = None, most: int = 1000
    ) -> tuple[object, ...]:
        """Return the items of a paged listing, at most `most`, following `Link: rel=next`.

        Raises:
            RefusedError: as `ask` does.
            AdapterError: as `ask` does, or an answer that is no list.
        """
        items: list[object] = []
        following: str | None = path
        for _ in range(_MOST_PAGES):
            if following is None or len(items) >= most:
                break
            answer = await self.ask("GET", following, query=query if following == path else None)
            if not isinstance(answer.body, list):
                raise AdapterError(f"{self.service.title} answered {path} with something that is no list")
            items += answer.body
            found = _NEXT.search(answer.headers.get("link", ""))
            following = found[1] if found else None
        return tuple(items[:most])

    async def text(self, path: str) -> str:
        """Return a text such as a job's log, which forges keep elsewhere: it is fetched there without the token.

        Raises:
            RefusedError: as `ask` does.
            AdapterError: as `ask` does.
        """
        answer = await self._sent("GET", self._within(path), None, None, await self._token())
        target = answer.headers.get("location", "")
        if answer.status in {301, 302, 303, 307, 308} and target:
            url = urljoin(self._within(path), target)
            if urlsplit(url).scheme != "https" and _origin(url) != _origin(self.service.url):
                raise AdapterError(f"{self.service.title} points to {_origin(url)[1]}, which is not safe to ask")
            answer = await self._sent("GET", url, None, None, "")
        if answer.status >= 300:
            raise refusal(self.service, path, answer, secret=await self._token())
        return answer.body if isinstance(answer.body, str) else "" if answer.body is None else json.dumps(answer.body)

    async def _followed(
        self, method: str, path: str, query: Mapping[str, str] | None, body: object, secret: str
    ) -> Answer:
        """Follow redirects within the origin, as a renamed repository needs; never with a token to somewhere else."""
        url = self._within(path)
        for _ in range(_MOST_REDIRECTS + 1):
            answer = await self._sent(method, url, query, body, secret)
            target = answer.headers.get("location", "")
            if answer.status not in {301, 302, 307, 308} or method != "GET" or not target:
                return answer
            url, query = self._within(urljoin(url, target)), None
        raise AdapterError(f"{self.service.title} redirects {path} in circles")

    async def _sent(self, method: str, url: str, query: Mapping[str, str] | None, body: object, secret: str) -> Answer:
        import httpx

        request = self._http.build_request(
            method, url, params=query, json=body if body is not None else None, headers=_headers(self.service, secret)
        )
        try:
            response = await self._http.send(request, stream=True)
            try:
                raw = await _bounded(response)
            finally:
                await response.aclose()
        except httpx.HTTPError as error:
            unreached = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            said = strike_out(str(error) or type(error).__name__, secret)
            raise AdapterError(
                f"{self.service.title} at {self.service.url} does not answer: {said}",
                retryable=unreached or method in _REPEATABLE,
            ) from None
        if raw is None:
            raise AdapterError(f"{self.service.title} answered {url} with over {_MOST_BYTES:,} bytes")
        return Answer(status=response.status_code, body=_parsed(raw), headers=dict(response.headers))

    def _within(self, path: str) -> str:
        """Return an absolute URL of the service's own origin.

        Raises:
            AdapterError: it lies elsewhere, where the token must not go.
        """
        url = path if "://" in path else f"{self.service.url}/{path.lstrip('/')}"
        if _origin(url) != _origin(self.service.url):
            raise AdapterError(f"{self.service.title} points to {_origin(url)[1]}, where its token must not go")
        return url

    def _pause_s(self, attempt: int) -> float:
        # Spread, so that many clients that failed together do not come back together.
        return self._patience.first_pause_s * 2.0 ** (attempt - 1) * _CHANCE.uniform(0.8, 1.2)


@asynccontextmanager
async def open_service(
    service: Service, settings: Settings, *, token: TokenSource | None = None, patience: Patience | None = None
) -> AsyncIterator[ServiceClient]:
    """Open a client of one service; `token` is for those that are minted rather than kept.

    Raises:
        UserError: it is not known where the service is, or its token would go there in the clear.
    """
    import httpx

    parts = urlsplit(service.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        where = f"{service.url!r} is no URL" if service.url else "it is not said where"
        raise UserError(
            f"{service.title} cannot be asked: {where}",
            remedy=f"Set {' or '.join(service.url_env)}, or `url` under [{service.name}] in your services.toml.",
        )
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise UserError(f"{service.url} would be sent the token in the clear", remedy="Give its https:// address.")
    async with httpx.AsyncClient(timeout=_TIMEOUT_S, headers={"user-agent": f"journeyman/{__version__}"}) as http:
        yield ServiceClient(service, http, token=token or token_from(service, settings), patience=patience)


def _headers(service: Service, secret: str) -> dict[str, str]:
    headers = {"accept": "application/json", **_HEADERS.get(service.name, {})}
    if secret and service.name == "gitlab":
        headers["private-token"] = secret
    elif secret and service.name == "gitea":
        headers["authorization"] = f"token {secret}"
    elif secret and service.user:
        pair = base64.b64encode(f"{service.user}:{secret}".encode()).decode()
        headers["authorization"] = f"Basic {pair}"
    elif secret:
        headers["authorization"] = f"Bearer {secret}"
    return headers


async def _bounded(response: "httpx.Response") -> bytes | None:
    """Return the body, or None when it is larger than anything that was asked for."""
    raw = bytearray()
    async for part in response.aiter_bytes():
        raw += part
        if len(raw) > _MOST_BYTES:
            return None
    return bytes(raw)


def _parsed(raw: bytes) -> object:
    if not raw.strip():
        return None
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return raw.decode("utf-8", "replace")


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return parts.scheme, parts.hostname or "", port
