"""The proxy over its socket: what gets through, what does not, and what is written down."""

import asyncio
import ssl
import time

import pytest
from tests.adapters.sandboxes.egress.conftest import HOST, Index, Serve, Served, hello
from tests.adapters.sandboxes.egress.test_request import REFUSED

from journeyman.adapters.sandboxes.egress.ledger import Caps

PUBLIC = "198.51.100.1"
"""Of a network that nobody has."""


def connect(host: str, port: int = 443) -> bytes:
    return f"CONNECT {host}:{port} HTTP/1.1\r\n\r\n".encode()


async def talk(served: Served, index: Index, trusting: ssl.SSLContext, *lines: bytes) -> list[bytes]:
    """Speak TLS with the index through the proxy."""
    reader, writer = await served.connect(f"{HOST}:{index.port}")
    await writer.start_tls(trusting, server_hostname=HOST)
    answers = []
    for line in lines:
        writer.write(line + b"\n")
        answers.append(await reader.readline())
    writer.close()
    return answers


def local(index: Index) -> dict[str, object]:
    return {"names": {HOST: [("127.0.0.1",)]}, "private": (HOST,)}


async def test_an_allowed_host_is_reached_and_every_byte_counted(
    serve: Serve, index: Index, trusting: ssl.SSLContext
) -> None:
    async with serve(f"{HOST}:{index.port}", **local(index)) as served:
        assert await talk(served, index, trusting, b"one", b"two") == [b"one?\n", b"two?\n"]
    (request,) = served.proxy.requests
    assert (request.host, request.port, request.allowed, request.reason) == (HOST, index.port, True, "127.0.0.1")
    assert request.sent_bytes > len(hello(HOST))
    assert request.received_bytes > 500


@pytest.mark.parametrize("head", REFUSED.values(), ids=REFUSED.keys())
async def test_a_refused_request_reaches_nothing_and_is_written_down(serve: Serve, head: bytes) -> None:
    names = {"pypi.org": [(PUBLIC,)], "evil.example": [(PUBLIC,)]}
    async with serve("pypi.org", names=names) as served:
        answer = await served.say(head) if head else b""
        assert answer.startswith(b"HTTP/1.1 40") or not head
        assert served.names.asked == []
    assert not any(request.allowed for request in served.proxy.requests)
    assert len(served.proxy.requests) == (1 if head else 0)


@pytest.mark.parametrize("host", ["evil.example", "org", "sub.pypi.org", "pypi.orgx", "xpypi.org", "xn--ppi-hpd.org"])
async def test_only_the_very_host_is_asked_and_no_other_is_looked_up(serve: Serve, host: str) -> None:
    async with serve("pypi.org", names={host: [(PUBLIC,)]}) as served:
        assert (await served.say(connect(host))).startswith(b"HTTP/1.1 403 Forbidden\r\n")
        assert served.names.asked == []
    (request,) = served.proxy.requests
    assert (request.host, request.allowed, request.reason) == (host, False, "the host is not on the list")


async def test_only_the_very_port_is_asked(serve: Serve) -> None:
    async with serve("pypi.org", "other.example:8443") as served:
        for host, port in (("pypi.org", 22), ("pypi.org", 80), ("pypi.org", 8443), ("other.example", 443)):
            assert b"not be reached on this port" in await served.say(connect(host, port))
        assert served.names.asked == []


@pytest.mark.parametrize(
    "addresses",
    [
        ("127.0.0.1",),
        ("169.254.169.254",),
        ("10.0.0.8",),
        ("::1",),
        ("::ffff:169.254.169.254",),
        (PUBLIC, "10.0.0.8"),
        ("fe80::1%lo",),
    ],
)
async def test_a_name_that_points_inwards_is_not_followed(
    serve: Serve, index: Index, addresses: tuple[str, ...]
) -> None:
    async with serve(f"{HOST}:{index.port}", names={HOST: [addresses]}) as served:
        assert b"may not be reached" in await served.say(connect(HOST, index.port))
    assert index.connections == 0
    assert not served.proxy.requests[0].allowed


async def test_even_a_private_name_does_not_lead_to_the_metadata_service(serve: Serve) -> None:
    async with serve(HOST, names={HOST: [("169.254.169.254",)]}, private=(HOST,)) as served:
        assert b"may not be reached" in await served.say(connect(HOST))


async def test_a_name_that_changes_its_answer_is_where_it_was(
    serve: Serve, index: Index, trusting: ssl.SSLContext
) -> None:
    names = {HOST: [("127.0.0.1",), ("169.254.169.254",), ("203.0.113.9",)]}
    async with serve(f"{HOST}:{index.port}", names=names, private=(HOST,)) as served:
        assert await talk(served, index, trusting, b"one") == [b"one?\n"]
        assert await talk(served, index, trusting, b"two") == [b"two?\n"]
        assert served.names.asked == [HOST]
    assert [request.reason for request in served.proxy.requests] == ["127.0.0.1"] * 2


async def test_a_name_that_nobody_has_may_be_asked_again(serve: Serve) -> None:
    async with serve(HOST, names={}) as served:
        assert (await served.say(connect(HOST))).startswith(b"HTTP/1.1 502 ")
        assert b"cannot be looked up" in await served.say(connect(HOST))
        assert served.names.asked == [HOST, HOST]


@pytest.mark.parametrize(
    "said",
    [hello("other.example.org"), hello(None), b"SSH-2.0-x\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\xff\xff"],
    ids=["another host", "no host", "ssh", "http", "junk"],
)
async def test_a_granted_tunnel_carries_nothing_but_tls_for_its_host(serve: Serve, index: Index, said: bytes) -> None:
    async with serve(f"{HOST}:{index.port}", **local(index)) as served:
        reader, writer = await served.connect(f"{HOST}:{index.port}")
        writer.write(said)
        assert await reader.read() == bytes([21, 3, 3, 0, 2, 2, 49])
        writer.close()
    (request,) = served.proxy.requests
    assert not request.allowed
    assert "TLS" in request.reason
    assert (request.sent_bytes, request.received_bytes) == (0, 0)


async def test_a_slow_client_is_not_waited_for(serve: Serve, index: Index) -> None:
    async with serve(f"{HOST}:{index.port}", **local(index)) as served:
        began = time.monotonic()
        slow = connect(HOST, index.port)
        drip = served.say(*(slow[at : at + 1] for at in range(len(slow))), pause_s=0.05)
        silent, dripped = await asyncio.gather(served.say(b"CONN"), drip)
        assert silent.startswith(b"HTTP/1.1 400 ")
        assert not dripped.startswith(b"HTTP/1.1 200")
        reader, writer = await served.connect(f"{HOST}:{index.port}")
        assert b"\x15\x03\x03" in await reader.read()
        writer.close()
        assert time.monotonic() - began < 5


async def test_an_idle_tunnel_is_closed(serve: Serve, index: Index, trusting: ssl.SSLContext) -> None:
    async with serve(f"{HOST}:{index.port}", **local(index)) as served:
        reader, writer = await served.connect(f"{HOST}:{index.port}")
        await writer.start_tls(trusting, server_hostname=HOST)
        with pytest.raises((OSError, ssl.SSLError)):
            await asyncio.wait_for(cut_off(reader), 3)
        writer.transport.abort()
    assert "nothing happened for long" in served.proxy.requests[0].reason


async def cut_off(reader: asyncio.StreamReader) -> None:
    """Read to the end; that there is one without a farewell is an error of its own kind or none."""
    await reader.read()
    raise ConnectionError


@pytest.mark.parametrize("caps", [Caps(received_bytes=300_000), Caps(sent_bytes=3000)], ids=["received", "sent"])
async def test_a_command_carries_no_more_than_it_may(
    serve: Serve, index: Index, trusting: ssl.SSLContext, caps: Caps
) -> None:
    async with serve(f"{HOST}:{index.port}", **local(index), caps=caps) as served:
        reader, writer = await served.connect(f"{HOST}:{index.port}")
        await writer.start_tls(trusting, server_hostname=HOST)
        writer.write(b"big\n" + b"x" * 4000 + b"\n")
        with pytest.raises((OSError, ssl.SSLError)):
            await asyncio.wait_for(cut_off(reader), 5)
        writer.transport.abort()
    (request,) = served.proxy.requests
    assert request.received_bytes <= caps.received_bytes
    assert request.sent_bytes <= caps.sent_bytes
    assert request.reason == "127.0.0.1, ended: as much was carried as a command may have"


async def test_a_flood_is_written_down_once(serve: Serve) -> None:
    async with serve("pypi.org", caps=Caps(requests=5)) as served:
        answers = [await served.say(connect("evil.example")) for _ in range(9)]
    assert [bool(answer) for answer in answers] == [True] * 5 + [False] * 4
    requests = served.proxy.requests
    assert len(requests) == 6
    assert "more than 5 requests" in requests[-1].reason


async def test_only_so_many_connections_are_open_at_a_time(serve: Serve) -> None:
    async with serve("pypi.org", caps=Caps(connections=2)) as served:
        waiting = [await asyncio.open_unix_connection(served.path) for _ in range(2)]
        await asyncio.sleep(0.05)
        assert await served.say(connect("pypi.org")) == b""
        for _, writer in waiting:
            writer.close()
    assert served.proxy.requests[-1].reason == "more than 2 connections at a time"


async def test_nothing_is_open_after_the_command(serve: Serve, index: Index, trusting: ssl.SSLContext) -> None:
    async with serve(f"{HOST}:{index.port}", **local(index), caps=Caps()) as served:
        reader, writer = await served.connect(f"{HOST}:{index.port}")
        await writer.start_tls(trusting, server_hostname=HOST)
        _, waiting = await asyncio.open_unix_connection(served.path)
        await asyncio.sleep(0.05)
        began = time.monotonic()
    assert time.monotonic() - began < 2
    with pytest.raises((OSError, ssl.SSLError)):
        await cut_off(reader)
    for left in (writer, waiting):
        left.transport.abort()
    assert served.proxy.requests[0].sent_bytes > 0
