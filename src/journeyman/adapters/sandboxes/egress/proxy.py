"""The proxy: CONNECT to a host on the list, at an address checked here, for a TLS client that asks for it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from journeyman.adapters.sandboxes.egress.client_hello import read_hello
from journeyman.adapters.sandboxes.egress.destinations import Destination
from journeyman.adapters.sandboxes.egress.ledger import Caps, Entry, Ledger
from journeyman.adapters.sandboxes.egress.lookup import Connection, Lookup, UnreachableError
from journeyman.adapters.sandboxes.egress.request import Refusal, complete, read_request
from journeyman.adapters.sandboxes.egress.tunnel import Way, carry
from journeyman.domain.command import NetworkRequest

_CHUNK_BYTES = 65536
_GOODBYE_S = 5.0
_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_ACCESS_DENIED = bytes([21, 3, 3, 0, 2, 2, 49])
"""The TLS alert of that name, so that a client says more than `connection reset`."""
_PHRASES = {400: "Bad Request", 403: "Forbidden", 502: "Bad Gateway"}


class Proxy:
    """The proxy of one command."""

    def __init__(self, allowed: frozenset[Destination], *, lookup: Lookup, caps: Caps) -> None:
        self._allowed = allowed
        self._lookup = lookup
        self._caps = caps
        self._ledger = Ledger(caps)
        self._clients: set[asyncio.Task[None]] = set()
        self._open = False
        self._server: asyncio.Server | None = None

    @property
    def requests(self) -> tuple[NetworkRequest, ...]:
        """Every request so far, allowed or not, in order."""
        return self._ledger.requests

    @asynccontextmanager
    async def listening(self, path: Path) -> AsyncIterator[None]:
        """Serve on a unix socket; afterwards no connection is open."""
        server = await asyncio.start_unix_server(self._accept, path)
        self._open, self._server = True, server
        try:
            # Only the sandbox sees it, and there it may be another uid that asks.
            path.chmod(0o666)
            yield
        finally:
            self._open = False
            server.close()
            clients = tuple(self._clients)
            for client in clients:
                client.cancel()
            await asyncio.gather(*clients, return_exceptions=True)
            await self._lookup.close()
            await server.wait_closed()
            await asyncio.sleep(0)  # what was aborted above is closed by the next turn of the loop

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._open:
            writer.transport.abort()
            return
        client = asyncio.get_running_loop().create_task(self._client(reader, writer))
        self._clients.add(client)
        client.add_done_callback(self._clients.discard)
        # However it ended: one that is cancelled before its first step runs nothing of its own.
        client.add_done_callback(lambda _: writer.transport.abort())

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        entry = self._ledger.open()
        if entry is None:
            if self._server:
                self._server.close()
            return
        if len(self._clients) > self._caps.connections:
            entry.refuse(f"more than {self._caps.connections} connections at a time")
            return
        # A client that went away is no event beyond what stands in its entry.
        with contextlib.suppress(OSError):
            await self._serve(entry, reader, writer)
            writer.close()
            async with asyncio.timeout(_GOODBYE_S):
                await writer.wait_closed()

    async def _serve(self, entry: Entry, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await self._asked(reader)
        entry.asked_for(asked.host, asked.port)
        if isinstance(asked, Refusal):
            await _refuse(entry, writer, asked.reason, status=asked.status)
            return
        try:
            server = await self._lookup.dial(asked)
        except UnreachableError as error:
            await _refuse(entry, writer, str(error), status=error.status)
            return
        entry.allow(server.address)
        try:
            await self._tunnel(entry, server, reader, writer)
        finally:
            server.writer.transport.abort()

    async def _asked(self, reader: asyncio.StreamReader) -> Destination | Refusal:
        head = b""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._caps.handshake_s):
                while not complete(head) and (chunk := await reader.read(_CHUNK_BYTES)):
                    head += chunk
        asked = read_request(head)
        if isinstance(asked, Refusal) or asked in self._allowed:
            return asked
        port_alone = any(asked.host == destination.host for destination in self._allowed)
        reason = "the host may not be reached on this port" if port_alone else "the host is not on the list"
        return Refusal(reason=reason, host=asked.host, port=asked.port)

    async def _tunnel(
        self, entry: Entry, server: Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(_ESTABLISHED)
        said, problem = await self._hello(reader, entry.host)
        if problem:
            entry.refuse(problem)
            writer.write(_ACCESS_DENIED)
            await writer.drain()
            return
        up, down = Way(reader, server.writer, entry.sent), Way(server.reader, writer, entry.received)
        ended = await carry(up, down, first=said, caps=self._caps)
        if ended:
            entry.allow(f"{server.address}, ended: {ended}")

    async def _hello(self, reader: asyncio.StreamReader, host: str) -> tuple[bytes, str]:
        """Return (what the client said so far, what is wrong with it)."""
        said = b""
        try:
            async with asyncio.timeout(self._caps.handshake_s):
                while not (hello := read_hello(said, host=host)).finished:
                    chunk = await reader.read(_CHUNK_BYTES)
                    if not chunk:
                        return said, "the client left without a TLS hello"
                    said += chunk
        except TimeoutError:
            return said, "no TLS hello came in time"
        return said, hello.problem


async def _refuse(entry: Entry, writer: asyncio.StreamWriter, reason: str, *, status: int) -> None:
    entry.refuse(reason)
    text = f"{reason}\n".encode("ascii", "backslashreplace")
    head = f"HTTP/1.1 {status} {_PHRASES[status]}\r\nContent-Type: text/plain\r\nContent-Length: {len(text)}\r\n"
    writer.write(head.encode() + b"Connection: close\r\n\r\n" + text)
    await writer.drain()
