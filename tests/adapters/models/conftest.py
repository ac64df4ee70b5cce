"""A small honest provider on the loopback interface, with the faults of real ones."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass(slots=True, kw_only=True)
class Reply:
    """What the provider does with one request."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """None means a proper completion."""
    finish_reason: str | None = None
    usage: bool = True
    model: str = "tiny-2026-11-22"
    calls: tuple[tuple[str, str], ...] | None = None
    """Name and arguments of each; None means: the first tool there is, until it was answered."""
    said: dict[str, Any] = field(default_factory=dict)
    """Whatever else the message holds."""
    hang_up: bool = False
    """Close the connection without a word."""


class Provider:
    """Serves `/v1/chat/completions`; replies in the order of `replies`, then properly."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _next(self, request: dict[str, Any], key: str) -> tuple[Reply, int]:
        with self._lock:
            self.requests.append(request)
            self.keys.append(key)
            return (self.replies.pop(0) if self.replies else Reply()), len(self.requests)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                reply, number = provider._next(request, self.headers.get("Authorization", "").removeprefix("Bearer "))
                if reply.hang_up:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return
                body = reply.body if reply.body is not None else completion(request, reply, number)
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name the base class gives it)
                pass

        return Handler


def completion(request: dict[str, Any], reply: Reply, number: int) -> bytes:
    """Answer as OpenAI does: words are tokens, and an answer longer than allowed is cut off."""
    words = ["def", "add(a,", "b):\n   ", "return", "a", "+", "b"]
    allowed = request.get("max_tokens") or request.get("max_completion_tokens") or len(words)
    cut = len(words) > allowed
    message: dict[str, Any] = {"role": "assistant", "content": " ".join(words[:allowed]), **reply.said}
    calls = reply.calls
    if calls is None:
        wanted = request.get("tools") and request["messages"][-1]["role"] == "user"
        calls = ((request["tools"][0]["function"]["name"], '{"path": "setup.py"}'),) if wanted else ()
    if calls:
        message["content"] = None
        message["tool_calls"] = [
            {"id": f"call-{number}-{place}", "type": "function", "function": {"name": name, "arguments": arguments}}
            for place, (name, arguments) in enumerate(calls)
        ]
    reason = "tool_calls" if calls else "length" if cut else "stop"
    spoken = sum(len(str(message.get("content")).split()) for message in request["messages"])
    document: dict[str, Any] = {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        # As OpenRouter says who answered; nobody else minds.
        "provider": "Tiny",
        "created": 1_795_000_000,
        "model": reply.model,
        "choices": [
            {
                "index": 0,
                "message": message,
                "finish_reason": reply.finish_reason or reason,
            }
        ],
    }
    if reply.usage:
        document["usage"] = {
            "prompt_tokens": spoken,
            "completion_tokens": min(len(words), allowed),
            "total_tokens": spoken + min(len(words), allowed),
            "prompt_tokens_details": {"cached_tokens": spoken // 2},
        }
    return json.dumps(document).encode()


@pytest.fixture
def provider() -> Iterator[Provider]:
    serving = Provider()
    yield serving
    serving.close()


@pytest.fixture
def reply() -> type[Reply]:
    return Reply
