"""The receiver over a real socket: signed deliveries are taken, everything else is turned away."""

import asyncio
import hashlib
import hmac
from pathlib import Path

import httpx
import pytest

from journeyman.adapters.webhooks.receiver import Receiver
from journeyman.cli.ci_listen import serve_on
from journeyman.testing.events import MemoryLog

SECRET = "shared"
BODY = b'{"action":"completed"}'
SIGNED = {"X-Hub-Signature-256": "sha256=" + hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", "/github", SIGNED, 202),
        ("POST", "/github", {"X-Hub-Signature-256": "sha256=00"}, 401),
        ("POST", "/gitlab", SIGNED, 401),
        ("POST", "/nobody", SIGNED, 400),
        ("GET", "/github", SIGNED, 405),
        ("POST", "/github", {**SIGNED, **{f"x-{n}": "y" for n in range(200)}}, 431),
    ],
)
async def test_a_delivery_gets_its_answer(method: str, path: str, headers: dict[str, str], status: int) -> None:
    receiver = Receiver(
        log=MemoryLog(), secret_of=lambda sender: SECRET if sender == "github" else "", now_s=lambda: 0.0
    )
    async with await serve_on(receiver, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            content = BODY if method == "POST" else None
            assert (await client.request(method, path, headers=headers, content=content)).status_code == status


@pytest.mark.parametrize(
    "nonsense", [b"\r\n\r\n", b"POST /github HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"\x00" * 70_000]
)
async def test_nonsense_is_hung_up_on(nonsense: bytes, tmp_path: Path) -> None:
    receiver = Receiver(log=MemoryLog(), secret_of=lambda _sender: SECRET, now_s=lambda: 0.0)
    async with await serve_on(receiver, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        writer.write(nonsense)
        answer = await asyncio.wait_for(reader.read(), 20)
        writer.close()
    assert answer == b"" or answer.startswith((b"HTTP/1.1 405", b"HTTP/1.1 413"))
