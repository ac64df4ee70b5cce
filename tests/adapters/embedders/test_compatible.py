"""Embeddings from a service, over a real connection."""

import json
import threading
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from journeyman.adapters.embedders.compatible import CompatibleEmbedder, Service, open_compatible, open_service
from journeyman.domain.errors import AdapterError, UserError
from journeyman.plugins import find_factory
from journeyman.settings import load_settings
from journeyman.testing.conformance.embedder import EmbedderConformance


class Serving:
    """Serves `/v1/embeddings` as OpenAI does; answers with `statuses` first."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.statuses: list[int] = []
        self.body: bytes | None = None
        self.keys: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        serving = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                serving.requests.append(request)
                serving.keys.append(self.headers.get("Authorization", ""))
                status = serving.statuses.pop(0) if serving.statuses else 200
                body = serving.body or answer(request)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name the base class gives it)
                pass

        return Handler


def answer(request: dict[str, Any]) -> bytes:
    assert all(text for text in request["input"]), "an empty text is refused"
    rows = [
        {"index": index, "embedding": [byte - 127.5 for byte in sha256(json.dumps(text).encode()).digest()]}
        for index, text in enumerate(request["input"])
    ]
    # The order of an answer is not promised.
    return json.dumps({"data": rows[::-1], "model": request["model"]}).encode()


@pytest.fixture
def serving() -> Iterator[Serving]:
    made = Serving()
    yield made
    made.close()


@pytest.fixture
async def embedder(serving: Serving) -> AsyncIterator[CompatibleEmbedder]:
    async with open_service(service(serving), first_pause_s=0.01) as opened:
        yield opened


def service(serving: Serving, **more: Any) -> Service:
    return Service(scheme="openai", model="tiny", base_url=serving.base_url, key="secret", **more)


class TestCompatibleEmbedder(EmbedderConformance):
    """Every promise of the seam."""


async def test_texts_are_sent_in_batches_with_the_key(serving: Serving, embedder: CompatibleEmbedder) -> None:
    serving.requests.clear()
    await embedder.documents([f"text {number}" for number in range(150)])
    assert [len(request["input"]) for request in serving.requests] == [64, 64, 22]
    assert set(serving.keys) == {"Bearer secret"}


async def test_a_busy_service_is_asked_again(serving: Serving, embedder: CompatibleEmbedder) -> None:
    serving.statuses += [429, 503]
    assert (await embedder.documents(["text"])).shape == (1, 32)


@pytest.mark.parametrize(("status", "error"), [(401, UserError), (404, UserError), (400, AdapterError)])
async def test_a_refusal_is_not_repeated(
    serving: Serving, embedder: CompatibleEmbedder, status: int, error: type[Exception]
) -> None:
    serving.requests.clear()
    serving.statuses += [status]
    with pytest.raises(error, match=str(status)):
        await embedder.documents(["text"])
    assert len(serving.requests) == 1


@pytest.mark.parametrize("body", [b'{"data": []}', b'{"data": [{"index": 0, "embedding": [1.0]}]}', b'{"nothing": 1}'])
async def test_what_is_no_embedding_is_refused(serving: Serving, embedder: CompatibleEmbedder, body: bytes) -> None:
    serving.body = body
    with pytest.raises(AdapterError, match="answered"):
        await embedder.documents(["text"])


async def test_a_service_that_is_gone_is_said(serving: Serving) -> None:
    async with open_service(service(serving), first_pause_s=0.001) as opened:
        serving._server.shutdown()
        serving._server.server_close()
        with pytest.raises(AdapterError, match="did not answer") as gone:
            await opened.query("text")
        assert gone.value.retryable


async def test_a_role_is_told_to_who_asks_for_it(serving: Serving) -> None:
    async with open_service(service(serving, asks_for_role=True)) as opened:
        await opened.documents(["text"])
    assert [request["input_type"] for request in serving.requests] == ["query", "document"]


@pytest.mark.parametrize("rest", ["", "tiny", "ftp://host#tiny", "http://127.0.0.1:1/v1#"])
async def test_where_it_is_served_must_be_said(rest: str) -> None:
    with pytest.raises(UserError, match="where the model is served"):
        async with open_compatible(rest, load_settings(environment={})):
            pass


@pytest.mark.parametrize("scheme", ["openai", "voyage", "google"])
async def test_a_missing_key_is_named(scheme: str) -> None:
    with pytest.raises(UserError, match="_API_KEY"):
        async with find_factory("embedders", scheme)("some-model", load_settings(environment={})):
            pass
