"""The TLS hello: it must name the host that was let through, where everyone can see it."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.adapters.sandboxes.egress.conftest import hello

from journeyman.adapters.sandboxes.egress.client_hello import HELLO_BYTES, read_hello


def vector(data: bytes, size_bytes: int) -> bytes:
    return len(data).to_bytes(size_bytes) + data


def extension(kind: int, data: bytes) -> bytes:
    return struct.pack(">H", kind) + vector(data, 2)


def sni(*names: bytes) -> bytes:
    return extension(0, vector(b"".join(b"\0" + vector(name, 2) for name in names), 2))


def record(message: bytes, *, kind: int = 22) -> bytes:
    return bytes([kind, 3, 1]) + vector(message, 2)


def client_hello(*extensions: bytes) -> bytes:
    body = b"\3\3" + bytes(32) + vector(b"", 1) + vector(b"\x13\x01", 2) + vector(b"\0", 1)
    return b"\1" + vector(body + vector(b"".join(extensions), 2), 3)


def problem(data: bytes) -> str:
    said = read_hello(data, host="pypi.org")
    assert said.finished
    return said.problem


def test_a_real_client_that_asks_for_the_host_passes() -> None:
    assert problem(hello("pypi.org")) == ""
    assert problem(record(client_hello(sni(b"pypi.org")))) == ""


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (hello("evil.example"), "another host"),
        (hello("sub.pypi.org"), "another host"),
        (hello(None), "names no host"),
        (record(client_hello(sni(b"PYPI.org"))), "another host"),
        (record(client_hello(sni(b"pypi.org."))), "another host"),
        (record(client_hello(sni(b"pypi.org\0.evil"))), "another host"),
        (record(client_hello(sni(b""))), "another host"),
        (record(client_hello()), "names no host"),
        (record(client_hello(sni(b"pypi.org", b"evil.example"))), "twice"),
        (record(client_hello(sni(b"evil.example"), sni(b"pypi.org"))), "twice"),
        (record(client_hello(extension(0, vector(b"\1" + vector(b"pypi.org", 2), 2)))), "twice"),
        (record(client_hello(sni(b"pypi.org"), extension(0xFE0D, b"\0"))), "encrypted"),
        (record(client_hello(sni(b"pypi.org")) + b"\1"), "not TLS"),
        (record(client_hello(sni(b"pypi.org")), kind=23), "not TLS"),
        (record(b"\2" + client_hello(sni(b"pypi.org"))[1:]), "not TLS"),
        (record(client_hello(extension(0, b"\xff\xff\0\0\x08pypi.org"))), "not TLS"),
        (b"\x16\x03\x01\0\0", "not TLS"),
        (b"\x16\x03\x01\xff\xff", "not TLS"),
        (b"GET / HTTP/1.1\r\nHost: pypi.org\r\n\r\n", "not TLS"),
        (b"SSH-2.0-x\r\n", "not TLS"),
        (b"\x80\x2e\x01\x03\x01", "not TLS"),
        (b"\x16\x03\x01\0\x04\x01\xff\xff\xff", "not TLS"),
    ],
)
def test_another_wish_is_refused(data: bytes, reason: str) -> None:
    assert reason in problem(data)


def test_a_hello_may_come_in_pieces_and_many_records() -> None:
    message = client_hello(sni(b"pypi.org"), extension(21, bytes(300)))
    whole = b"".join(record(message[at : at + 7]) for at in range(0, len(message), 7))
    assert problem(whole) == ""
    assert [read_hello(whole[:end], host="pypi.org").finished for end in range(len(whole))] == [False] * len(whole)


def test_a_hello_without_end_is_refused() -> None:
    message = b"\1" + HELLO_BYTES.to_bytes(3) + bytes(HELLO_BYTES)
    drops = b"".join(record(message[at : at + 1]) for at in range(HELLO_BYTES // 6 + 10))
    assert "no end" in problem(drops)


@given(st.binary(max_size=400))
def test_nothing_but_a_hello_for_the_host_passes(data: bytes) -> None:
    for begun in (data, b"\x16\x03\x01" + data, record(client_hello(data))):
        said = read_hello(begun, host="pypi.org")
        assert said.problem or not said.finished


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_damaged_hello_is_read_without_an_accident(at: int, value: int) -> None:
    data = bytearray(record(client_hello(sni(b"pypi.org"), extension(43, b"\2\3\4"))))
    data[at % len(data)] = value
    read_hello(bytes(data), host="pypi.org")
