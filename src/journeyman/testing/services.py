"""A small honest server on 127.0.0.1 that stands in for a forge or a tracker, and remembers what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, as it arrived."""

    method: str
    path: str
    """Without the query."""
    query: str = ""
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the server answers."""

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class FakeService:
    """A running server: where it is, and every request so far, in order of arrival."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)


Answer = Callable[[Asked], Reply]


@contextmanager
def serve(answer: Answer) -> Iterator[FakeService]:
    """Serve on a free port of 127.0.0.1 until the block ends; `answer` is called once a request, one at a time."""
    service = FakeService()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(service, answer))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(service: FakeService, answer: Answer) -> type[BaseHTTPRequestHandler]:
    turn = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            request = _asked(self)
            with turn:
                service.asked.append(request)
                reply = answer(request)
            raw = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            raw = b"" if reply.body is None else raw
            self.send_response(reply.status)
            for name, value in {"content-type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815 # the standard library's names

        def log_message(self, *_: object) -> None:
            """Say nothing: a test's output is its own."""

    return Handler


def _asked(handler: BaseHTTPRequestHandler) -> Asked:
    raw = handler.rfile.read(int(handler.headers.get("content-length") or 0))
    parts = urlsplit(handler.path)
    return Asked(
        method=handler.command,
        path=parts.path,
        query=parts.query,
        body=json.loads(raw) if raw else None,
        headers={name.lower(): value for name, value in handler.headers.items()},
    )
