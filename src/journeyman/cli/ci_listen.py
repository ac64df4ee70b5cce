"""What `journeyman ci listen` does: a small HTTP server that takes signed webhooks and writes them down."""

import asyncio
import time
from http import HTTPStatus

import click

from journeyman.adapters.webhooks.receiver import Receiver
from journeyman.assembly import open_event_log
from journeyman.settings import load_settings

_MOST_BYTES = 26_000_000
_MOST_HEADERS = 100
_PATIENCE_S = 20.0


async def listen(host: str, port: int) -> int:
    """Serve until interrupted; `POST /SENDER` is a delivery, anything else is refused."""
    settings = load_settings()
    async with open_event_log(settings) as log:
        receiver = Receiver(
            log=log,
            secret_of=lambda sender: settings.secret(f"JOURNEYMAN_{sender.upper()}_WEBHOOK_SECRET"),
            now_s=time.time,
        )
        server = await serve_on(receiver, host, port)
        where = server.sockets[0].getsockname()
        click.echo(f"Listening on http://{where[0]}:{where[1]}/SENDER")
        async with server:
            await server.serve_forever()
    return 0


async def serve_on(receiver: Receiver, host: str, port: int) -> asyncio.Server:
    """Return a server that hands deliveries to a receiver."""
    return await asyncio.start_server(lambda reader, writer: _serve(receiver, reader, writer), host, port)


async def _serve(receiver: Receiver, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            status, said = await _answered(receiver, reader)
            body = f"{said}\n".encode("utf-8", "replace")
            head = (
                f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            writer.write(head.encode() + body)
            await writer.drain()
    except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
        pass  # whoever sends slowly, or nonsense, is hung up on
    finally:
        writer.close()


async def _answered(receiver: Receiver, reader: asyncio.StreamReader) -> tuple[HTTPStatus, str]:
    method, path, *_ = (await reader.readuntil(b"\r\n")).decode("latin-1").split(" ")
    headers: dict[str, str] = {}
    while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
        if len(headers) > _MOST_HEADERS:
            return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "too many headers"
    length = headers.get("content-length", "")
    if method != "POST" or not length.isascii() or not length.isdigit():
        return HTTPStatus.METHOD_NOT_ALLOWED, "POST a delivery with its length"
    if len(length) > 9 or int(length) > _MOST_BYTES:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too large"
    body = await reader.readexactly(int(length))
    return await receiver.hear(path.strip("/"), headers, body)
