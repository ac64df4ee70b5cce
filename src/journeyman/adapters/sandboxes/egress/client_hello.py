"""The first words of a TLS client, read without touching them: which host does it ask the server for? Pure.

RFC 8446 §4.1.2 and RFC 6066 §3. Whoever was let through to one host could otherwise name another one at the
same address (domain fronting), or speak something that is not TLS at all.
"""

import struct
from dataclasses import dataclass

HELLO_BYTES = 65536
"""More than any client sends, keys of post-quantum key exchange included."""
_HANDSHAKE_RECORD, _CLIENT_HELLO = 22, 1
_LONGEST_RECORD = 2**14
_SERVER_NAME, _ENCRYPTED_HELLO = 0, 0xFE0D
_HOST_NAME = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """What is known of a client's hello so far."""

    finished: bool
    """Nothing more is needed to decide."""
    problem: str = ""


def read_hello(data: bytes, *, host: str) -> Hello:
    """Return whether the bytes are a TLS client that asks for `host`, or may still become one."""
    try:
        message = _handshake(data)
        if message is None:
            too_long = len(data) > HELLO_BYTES
            return Hello(finished=too_long, problem="the TLS hello has no end" if too_long else "")
        return Hello(finished=True, problem=_name_problem(_extensions(message), host))
    except (ValueError, struct.error):
        return Hello(finished=True, problem="what was said through the tunnel is not TLS")


def _handshake(data: bytes) -> bytes | None:
    """Return the body of the ClientHello, put together from its records; None while bytes are missing."""
    message, at = b"", 0
    while len(message) < 4 or len(message) < 4 + _length(message):
        header = data[at : at + 5]
        if header[:1] not in {b"", b"\x16"} or header[1:2] not in {b"", b"\x03"}:
            raise ValueError("no handshake record")
        if len(header) < 5:
            return None
        size = int.from_bytes(header[3:5])
        if not 0 < size <= _LONGEST_RECORD:
            raise ValueError("a record of no lawful size")
        message += data[at + 5 : at + 5 + size]
        if message[:1] not in {b"", bytes([_CLIENT_HELLO])}:
            raise ValueError("no client hello")
        if len(data) < at + 5 + size:
            return None
        at += 5 + size
    if len(message) > 4 + _length(message):
        raise ValueError("more than one message before the answer")
    return message[4:]


def _length(message: bytes) -> int:
    length = int.from_bytes(message[1:4])
    if length > HELLO_BYTES:
        raise ValueError("a hello of no lawful size")
    return length


def _extensions(body: bytes) -> list[tuple[int, bytes]]:
    rest = body[2 + 32 :]
    for size_bytes in (1, 2, 1):  # session id, cipher suites, compression methods
        _, rest = _vector(rest, size_bytes)
    block, rest = _vector(rest, 2)
    if rest:
        raise ValueError("bytes after the extensions")
    found = []
    while block:
        (kind,) = struct.unpack(">H", block[:2])
        value, block = _vector(block[2:], 2)
        found.append((kind, value))
    return found


def _name_problem(extensions: list[tuple[int, bytes]], host: str) -> str:
    if any(kind == _ENCRYPTED_HELLO for kind, _ in extensions):
        return "an encrypted TLS hello hides which host it asks for"
    named = [value for kind, value in extensions if kind == _SERVER_NAME]
    if not named:
        return "the TLS hello names no host"
    if len(named) > 1:
        return "the TLS hello names a host twice"
    names, rest = _vector(named[0], 2)
    kind, (name, more) = names[:1], _vector(names[1:], 2)
    if rest or more or kind != bytes([_HOST_NAME]):
        return "the TLS hello names a host twice"
    return "" if name == host.encode() else "the TLS hello asks for another host"


def _vector(data: bytes, size_bytes: int) -> tuple[bytes, bytes]:
    """Return (content, rest) of bytes that begin with the content's length."""
    size = int.from_bytes(data[:size_bytes])
    end = size_bytes + size
    if len(data) < max(end, size_bytes):
        raise ValueError("cut short")
    return data[size_bytes:end], data[end:]
