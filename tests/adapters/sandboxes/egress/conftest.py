"""A proxy on a unix socket, and a TLS server behind it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme

from journeyman.adapters.sandboxes.egress.destinations import allowed_destinations
from journeyman.adapters.sandboxes.egress.ledger import Caps
from journeyman.adapters.sandboxes.egress.lookup import Lookup
from journeyman.adapters.sandboxes.egress.proxy import Proxy

HOST = "index.example.org"
QUICK = Caps(handshake_s=0.3, idle_s=0.5, tunnel_s=5.0)


@dataclass(slots=True)
class NameServer:
    """Answers what a test says; a list is answered one after the other."""

    answers: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def resolve(self, host: str, _port: int) -> tuple[str, ...]:
        self.asked.append(host)
        known = self.answers.get(host)
        if not known:
            raise OSError(-2, "Name or service not known")
        return known.pop(0) if len(known) > 1 else known[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A proxy that listens."""

    proxy: Proxy
    path: Path
    names: NameServer

    async def say(self, *parts: bytes, pause_s: float = 0.0) -> bytes:
        """Send bytes as they are and return everything that comes back."""
        try:
            reader, writer = await asyncio.open_unix_connection(self.path)
        except OSError:
            return b""
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(pause_s)
            return await asyncio.wait_for(reader.read(), timeout=20.0)
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def connect(self, target: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Return a tunnel that was granted."""
        reader, writer = await asyncio.open_unix_connection(self.path)
        writer.write(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 "), answer
        return reader, writer


Serve = Callable[..., AbstractAsyncContextManager[Served]]


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Return what starts a proxy for an allow-list, over a name server of the test's own."""

    @asynccontextmanager
    async def start(
        *allow: str,
        names: dict[str, list[tuple[str, ...]]] | None = None,
        private: tuple[str, ...] = (),
        caps: Caps = QUICK,
    ) -> AsyncIterator[Served]:
        server = NameServer(names or {})
        lookup = Lookup(resolve=server.resolve, private_hosts=frozenset(private), timeout_s=caps.handshake_s)
        proxy = Proxy(allowed_destinations(allow), lookup=lookup, caps=caps)
        path = tmp_path / "egress.sock"
        async with proxy.listening(path):
            yield Served(proxy=proxy, path=path, names=server)

    return start


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    """A client that believes the index."""
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@dataclass(slots=True)
class Index:
    """A TLS server on loopback that answers every line with it and `?`; `big` with a mebibyte."""

    port: int
    connections: int = 0


@pytest.fixture
async def index(authority: trustme.CA) -> AsyncIterator[Index]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST, "other.example.org", "localhost").configure_cert(context)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.connections += 1
        try:
            while line := await reader.readline():
                writer.write(b"b" * 2**20 if line == b"big\n" else line.strip() + b"?\n")
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context, ssl_handshake_timeout=2.0)
    served = Index(port=server.sockets[0].getsockname()[1])
    async with server:
        yield served


def hello(host: str | None) -> bytes:
    """Return what a real client says first when it wants a host."""
    context = ssl.create_default_context()
    context.check_hostname = False
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(theirs, ours, server_hostname=host)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return ours.read()
