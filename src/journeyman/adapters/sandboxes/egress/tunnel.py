"""Carrying bytes both ways between a client and a server until either has had enough, or all it may have."""

import asyncio
from dataclasses import dataclass

from journeyman.adapters.sandboxes.egress.ledger import Caps, Flow

_CHUNK_BYTES = 65536


@dataclass(frozen=True, slots=True)
class Way:
    """One direction."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    flow: Flow


async def carry(up: Way, down: Way, *, first: bytes, caps: Caps) -> str:
    """Carry until both sides are done; return why we ended it, if it was us.

    Args:
        up: from the client to the server.
        down: the other way.
        first: what the client has said already.
        caps: how long it may take, and how long nothing may happen.
    """
    try:
        async with asyncio.timeout(caps.tunnel_s), asyncio.timeout(caps.idle_s) as idle:
            await _pass(first, up)
            pumps = [asyncio.ensure_future(_pump(way, idle, caps.idle_s)) for way in (up, down)]
            try:
                await asyncio.gather(*pumps)
            finally:
                for pump in pumps:
                    pump.cancel()
                await asyncio.gather(*pumps, return_exceptions=True)
    except _SpentError:
        return "as much was carried as a command may have"
    except TimeoutError:
        return "nothing happened for long, or it took too long"
    except OSError:  # one side hung up
        return ""
    return ""


async def _pump(way: Way, idle: asyncio.Timeout, idle_s: float) -> None:
    loop = asyncio.get_running_loop()
    while data := await way.reader.read(_CHUNK_BYTES):
        await _pass(data, way)
        idle.reschedule(loop.time() + idle_s)
    if way.writer.can_write_eof():
        way.writer.write_eof()


async def _pass(data: bytes, way: Way) -> None:
    if not way.flow.take(len(data)):
        raise _SpentError
    way.writer.write(data)
    await way.writer.drain()


class _SpentError(Exception):
    """One of the two directions may pass no more."""
