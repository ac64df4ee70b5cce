"""Embeddings behind an OpenAI-compatible interface: OpenAI, Voyage, Google, or a server of your own.

Spellings: `openai:NAME`, `voyage:NAME`, `google:NAME`, and `openai-compatible:BASE_URL#NAME`, for example
`openai-compatible:http://127.0.0.1:8080/v1#bge-code`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from journeyman.domain.errors import AdapterError, UserError
from journeyman.settings import Settings

if TYPE_CHECKING:
    import httpx

Vectors = NDArray[np.float32]
_AT_ONCE = 64
_MOST_CHARACTERS = 8000
"""Of one text: models read a few thousand tokens and refuse more."""
_ATTEMPTS = 4
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 60.0
_TRANSIENT = frozenset({408, 409, 429, *range(500, 600)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Where and as whom to ask."""

    scheme: str
    model: str
    base_url: str
    key: str = field(repr=False)
    timeout_s: float = 60.0
    asks_for_role: bool = False
    """Whether it wants to know if a text is a question or a document."""


class CompatibleEmbedder:
    """Fills `ports.embedder.Embedder` with a service."""

    def __init__(
        self, service: Service, client: "httpx.AsyncClient", *, dimensions: int, first_pause_s: float = _FIRST_PAUSE_S
    ) -> None:
        self._service = service
        self._client = client
        self._dimensions = dimensions
        self._first_pause_s = first_pause_s

    @property
    def name(self) -> str:
        """Scheme, address and model."""
        return f"{self._service.scheme}:{self._service.base_url}#{self._service.model}"

    @property
    def dimensions(self) -> int:
        """As the service answered when it was opened."""
        return self._dimensions

    async def documents(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text, asking for 64 at a time."""
        found = np.zeros((len(texts), self._dimensions), np.float32)
        for start in range(0, len(texts), _AT_ONCE):
            some = texts[start : start + _AT_ONCE]
            found[start : start + len(some)] = await self._ask(some, "document")
        return found

    async def query(self, text: str) -> Vectors:
        """Return the vector of a question."""
        if not text.strip():
            return np.zeros(self._dimensions, np.float32)
        row: Vectors = (await self._ask([text], "query"))[0]
        return row

    async def _ask(self, texts: Sequence[str], role: str) -> Vectors:
        document: dict[str, object] = {"model": self._service.model, "input": [_sendable(text) for text in texts]}
        if self._service.asks_for_role:
            document["input_type"] = role
        answer = await self._post(document)
        try:
            rows = sorted(answer["data"], key=lambda row: int(row["index"]))  # type: ignore[call-overload]
            vectors = np.array([row["embedding"] for row in rows], np.float32)
        except (KeyError, TypeError, ValueError) as odd:
            raise AdapterError(f"{self.name} answered something that is no embedding") from odd
        if vectors.shape[0] != len(texts) or (self._dimensions and vectors.shape[1:] != (self._dimensions,)):
            raise AdapterError(f"{self.name} answered {vectors.shape} for {len(texts)} texts")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        scaled: Vectors = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
        return scaled

    async def _post(self, document: dict[str, object]) -> dict[str, object]:
        import httpx

        problem = ""
        for attempt in range(_ATTEMPTS):
            if attempt:
                await asyncio.sleep(min(self._first_pause_s * 2 ** (attempt - 1), _LONGEST_PAUSE_S))
            try:
                response = await self._client.post("/embeddings", json=document)
            except httpx.HTTPError as error:
                problem = f"{self._service.base_url} did not answer ({type(error).__name__})"
                continue
            if response.status_code == httpx.codes.OK:
                found: dict[str, object] = response.json()
                return found
            problem = f"{self.name} answered {response.status_code}"
            if response.status_code in {401, 403, 404}:
                raise UserError(problem, remedy="Check the key, the address and the name of the model.")
            if response.status_code not in _TRANSIENT:
                raise AdapterError(problem)
        raise AdapterError(problem, retryable=True)


def _sendable(text: str) -> str:
    """Return a text that a service takes: not empty, not too long, and UTF-8 (a path may be anything)."""
    return text[:_MOST_CHARACTERS].encode("utf-8", "replace").decode() or "\n"


@asynccontextmanager
async def open_service(service: Service, *, first_pause_s: float = _FIRST_PAUSE_S) -> AsyncIterator[CompatibleEmbedder]:
    """Open a service and learn how long its vectors are.

    Raises:
        AdapterError: it does not answer.
        UserError: it refuses the key or does not know the model.
    """
    import httpx

    headers = {"Authorization": f"Bearer {service.key}"} if service.key else {}
    async with httpx.AsyncClient(
        base_url=service.base_url.rstrip("/"), headers=headers, timeout=service.timeout_s
    ) as client:
        probe = CompatibleEmbedder(service, client, dimensions=0, first_pause_s=first_pause_s)
        dimensions = len(await probe.query("def length_of_vectors(): ..."))
        yield CompatibleEmbedder(service, client, dimensions=dimensions, first_pause_s=first_pause_s)


Opened = Callable[[str, Settings], AbstractAsyncContextManager[CompatibleEmbedder]]


def _opener(scheme: str, base_url: str, variable: str, *, asks_for_role: bool = False) -> Opened:
    """Return the factory of a well-known service."""

    @asynccontextmanager
    async def open_embedder(rest: str, settings: Settings) -> AsyncIterator[CompatibleEmbedder]:
        key = settings.secret(variable)
        if not key or not rest:
            missing = f"no key for {scheme}:{rest}" if rest else f"{scheme}: names no model"
            raise UserError(missing, remedy=f"Write {scheme}:NAME, and put the key into {variable}.")
        service = Service(scheme=scheme, model=rest, base_url=base_url, key=key, asks_for_role=asks_for_role)
        async with open_service(service) as opened:
            yield opened

    return open_embedder


open_openai = _opener("openai", "https://api.openai.com/v1", "OPENAI_API_KEY")
open_voyage = _opener("voyage", "https://api.voyageai.com/v1", "VOYAGE_API_KEY", asks_for_role=True)
open_google = _opener("google", "https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY")


@asynccontextmanager
async def open_compatible(rest: str, settings: Settings) -> AsyncIterator[CompatibleEmbedder]:
    """Open `openai-compatible:BASE_URL#NAME`; the key, if it wants one, is in `EMBEDDINGS_API_KEY`.

    Raises:
        UserError: no address or no name.
    """
    base_url, _, model = rest.rpartition("#")
    if not base_url.startswith(("http://", "https://")) or not model:
        raise UserError(
            f"openai-compatible:{rest} does not say where the model is served",
            remedy="Write openai-compatible:http://127.0.0.1:8080/v1#NAME.",
        )
    key = settings.key_for(base_url, "EMBEDDINGS_API_KEY")
    service = Service(scheme="openai-compatible", model=model, base_url=base_url, key=key)
    async with open_service(service) as opened:
        yield opened
