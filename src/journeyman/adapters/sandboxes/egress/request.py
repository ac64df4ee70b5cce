"""Reading a client's request: CONNECT in its strictest form, everything else refused. Pure."""

import re
from dataclasses import dataclass

from journeyman.adapters.sandboxes.egress.destinations import Destination, name_problem

HEAD_BYTES = 8192
"""Of the request line and all headers; longer is refused."""
_END = b"\r\n\r\n"
_REQUEST_LINE = re.compile(rb"CONNECT ([!-~]+) HTTP/1\.[01]")
_METHOD = re.compile(rb"[A-Z]{3,16} ")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t -~]*)")
_BODY_HEADERS = frozenset({b"transfer-encoding", b"upgrade", b"expect", b"te", b"trailer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a request is refused, and what it seems to have asked for."""

    reason: str
    status: int = 403
    """400 for what is no request at all."""
    host: str = ""
    port: int = 0


def complete(head: bytes) -> bool:
    """Return whether nothing more of a head is to come, or enough came to refuse it."""
    return _END in head or len(head) > HEAD_BYTES or _hopeless(head)


def read_request(head: bytes) -> Destination | Refusal:
    """Return where a request wants to go, or why it goes nowhere.

    A client waits for the answer before it speaks on: whatever comes after the head is an attempt to
    say something that nobody has looked at.
    """
    text, end, rest = head.partition(_END)
    lines = text.split(b"\r\n")
    host, port = _asked(lines[0])
    problem, status = _problem(lines, ended=bool(end), rest=rest, length=len(head))
    if problem:
        return Refusal(reason=problem, status=status, host=host, port=port)
    return Destination(host=host, port=port)


def _problem(lines: list[bytes], *, ended: bool, rest: bytes, length: int) -> tuple[str, int]:
    if length > HEAD_BYTES:
        return f"the request is longer than {HEAD_BYTES} bytes", 400
    line = _REQUEST_LINE.fullmatch(lines[0])
    if line is None:
        known = _METHOD.match(lines[0]) and not lines[0].startswith(b"CONNECT")
        return ("only CONNECT is spoken here", 403) if known else ("that is not an HTTP request", 400)
    if not ended:
        return "the request has no end", 400
    if rest:
        return "there is data behind the request", 400
    authority, colon, port = line[1].decode().rpartition(":")
    if not colon or not re.fullmatch(r"[1-9][0-9]{0,4}", port) or int(port) >= 2**16:
        return "CONNECT needs host:port", 400
    return name_problem(authority) or _header_problem(lines[1:], authority=line[1]), 403


def _header_problem(lines: list[bytes], *, authority: bytes) -> str:
    hosts = []
    for line in lines:
        header = _HEADER.fullmatch(line)
        if header is None:
            return "a header is malformed"
        name, value = header[1].lower(), header[2].rstrip(b" \t")
        if name in _BODY_HEADERS or (name == b"content-length" and value != b"0"):
            return "CONNECT has no body"
        if name == b"host":
            hosts.append(value)
    if len(hosts) > 1 or any(host not in {authority, authority.rpartition(b":")[0]} for host in hosts):
        return "the Host header names another host"
    return ""


def _asked(line: bytes) -> tuple[str, int]:
    """Return (host, port) as far as a request line shows them, for the log."""
    target = line.split(b" ")[1] if line.count(b" ") else line
    host, _, port = target.decode("latin-1").rpartition(":")
    number = int(port) if re.fullmatch(r"[0-9]{1,5}", port, re.ASCII) else 0
    return (host if number else target.decode("latin-1"))[:255], number


def _hopeless(head: bytes) -> bool:
    """Return whether the first bytes cannot begin an HTTP request: a TLS or SOCKS client, or noise."""
    return not re.match(rb"[A-Z]{1,16}( |$)", head[:17]) if head else False
