"""Requests: one form of CONNECT is understood, and nothing that could be understood in two ways."""

import pytest

from journeyman.adapters.sandboxes.egress.destinations import Destination
from journeyman.adapters.sandboxes.egress.request import HEAD_BYTES, Refusal, complete, read_request

PLAIN = b"CONNECT pypi.org:443 HTTP/1.1\r\n\r\n"

REFUSED = {
    "a GET": b"GET / HTTP/1.1\r\nHost: pypi.org\r\n\r\n",
    "a GET with an absolute URL": b"GET http://pypi.org/ HTTP/1.1\r\nHost: pypi.org\r\n\r\n",
    "a POST": b"POST https://pypi.org/legacy/ HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
    "an OPTIONS": b"OPTIONS * HTTP/1.1\r\n\r\n",
    "lower case": b"connect pypi.org:443 HTTP/1.1\r\n\r\n",
    "no port": b"CONNECT pypi.org HTTP/1.1\r\n\r\n",
    "port 0": b"CONNECT pypi.org:0 HTTP/1.1\r\n\r\n",
    "a port beyond": b"CONNECT pypi.org:65979 HTTP/1.1\r\n\r\n",
    "a port with zeros": b"CONNECT pypi.org:0443 HTTP/1.1\r\n\r\n",
    "a negative port": b"CONNECT pypi.org:-443 HTTP/1.1\r\n\r\n",
    "two ports": b"CONNECT pypi.org:443:80 HTTP/1.1\r\n\r\n",
    "userinfo before": b"CONNECT evil@pypi.org:443 HTTP/1.1\r\n\r\n",
    "userinfo behind": b"CONNECT pypi.org:443@evil.example HTTP/1.1\r\n\r\n",
    "userinfo with a port": b"CONNECT pypi.org:443@evil.example:443 HTTP/1.1\r\n\r\n",
    "a NUL in the host": b"CONNECT pypi.org\0.evil.example:443 HTTP/1.1\r\n\r\n",
    "an encoded NUL": b"CONNECT pypi.org%00.evil.example:443 HTTP/1.1\r\n\r\n",
    "an IPv4 address": b"CONNECT 169.254.169.254:443 HTTP/1.1\r\n\r\n",
    "a decimal address": b"CONNECT 2852039166:443 HTTP/1.1\r\n\r\n",
    "a hexadecimal address": b"CONNECT 0xa9fea9fe:443 HTTP/1.1\r\n\r\n",
    "an octal address": b"CONNECT 0251.0376.0251.0376:443 HTTP/1.1\r\n\r\n",
    "an IPv6 address": b"CONNECT [::1]:443 HTTP/1.1\r\n\r\n",
    "an IPv6 address in the open": b"CONNECT ::1:443 HTTP/1.1\r\n\r\n",
    "a trailing dot": b"CONNECT pypi.org.:443 HTTP/1.1\r\n\r\n",
    "upper case in the host": b"CONNECT PYPI.org:443 HTTP/1.1\r\n\r\n",
    "a look-alike": "CONNECT p\u0443pi.org:443 HTTP/1.1\r\n\r\n".encode(),
    "a fullwidth stop": "CONNECT pypi\uff0eorg:443 HTTP/1.1\r\n\r\n".encode(),
    "a URL": b"CONNECT https://pypi.org:443 HTTP/1.1\r\n\r\n",
    "a path": b"CONNECT pypi.org:443/ HTTP/1.1\r\n\r\n",
    "two spaces": b"CONNECT  pypi.org:443 HTTP/1.1\r\n\r\n",
    "a tab": b"CONNECT\tpypi.org:443 HTTP/1.1\r\n\r\n",
    "something behind the version": b"CONNECT pypi.org:443 HTTP/1.1 x\r\n\r\n",
    "HTTP/2": b"CONNECT pypi.org:443 HTTP/2.0\r\n\r\n",
    "HTTP/0.9": b"CONNECT pypi.org:443\r\n\r\n",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a line feed alone": b"CONNECT evil.example:443 HTTP/1.1\nX: pypi.org\r\n\r\n",
    "a carriage return in a header": b"CONNECT pypi.org:443 HTTP/1.1\r\nX: a\rHost: b\r\n\r\n",
    "a line feed in a header": b"CONNECT pypi.org:443 HTTP/1.1\r\nX: a\nHost: b\r\n\r\n",
    "a NUL in a header": b"CONNECT pypi.org:443 HTTP/1.1\r\nX: a\0b\r\n\r\n",
    "a folded header": b"CONNECT pypi.org:443 HTTP/1.1\r\nX: a\r\n b\r\n\r\n",
    "a header with a space before the colon": b"CONNECT pypi.org:443 HTTP/1.1\r\nHost : pypi.org\r\n\r\n",
    "a header without a name": b"CONNECT pypi.org:443 HTTP/1.1\r\n: x\r\n\r\n",
    "another Host": b"CONNECT pypi.org:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "two Hosts": b"CONNECT pypi.org:443 HTTP/1.1\r\nHost: pypi.org\r\nHost: pypi.org\r\n\r\n",
    "a body": b"CONNECT pypi.org:443 HTTP/1.1\r\nContent-Length: 5\r\n\r\n",
    "a body of strange length": b"CONNECT pypi.org:443 HTTP/1.1\r\nContent-Length: +0\r\n\r\n",
    "chunks": b"CONNECT pypi.org:443 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "chunks behind": b"CONNECT pypi.org:443 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    "an upgrade": b"CONNECT pypi.org:443 HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
    "a second request behind": PLAIN + b"CONNECT evil.example:443 HTTP/1.1\r\n\r\n",
    "early data": PLAIN + b"\x16\x03\x01",
    "an empty line first": b"\r\n" + PLAIN,
    "SOCKS 4": b"\x04\x01\x01\xbb\x01\x01\x01\x01\0",
    "SOCKS 4a": b"\x04\x01\x01\xbb\0\0\0\x01\0pypi.org\0",
    "SOCKS 5": b"\x05\x01\0",
    "TLS": b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
    "SSH": b"SSH-2.0-OpenSSH_9.9\r\n",
    "noise": bytes(range(256)),
    "nothing": b"",
    "the end missing": b"CONNECT pypi.org:443 HTTP/1.1\r\nX: y",
    "a huge header": b"CONNECT pypi.org:443 HTTP/1.1\r\nX: " + b"a" * HEAD_BYTES + b"\r\n\r\n",
    "many headers": b"CONNECT pypi.org:443 HTTP/1.1\r\n" + b"A: b\r\n" * 2000 + b"\r\n",
    "a huge host": b"CONNECT " + b"a." * 4000 + b"org:443 HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("head", REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused(head: bytes) -> None:
    read = read_request(head)
    assert isinstance(read, Refusal)
    assert read.reason
    assert read.status in {400, 403}
    assert len(read.host) <= 255


@pytest.mark.parametrize("head", REFUSED.values(), ids=REFUSED.keys())
def test_it_is_decided_at_once_or_waits_for_an_end(head: bytes) -> None:
    assert complete(head) or b"\r\n\r\n" not in head


@pytest.mark.parametrize(
    "headers",
    [
        b"",
        b"Host: pypi.org:443\r\n",
        b"host:pypi.org\r\n",
        b"Host: pypi.org:443\r\nUser-Agent: curl/8\r\nProxy-Connection: Keep-Alive\r\n",
        b"Proxy-Authorization: Basic eDp5\r\nContent-Length: 0\r\n",
    ],
)
def test_what_real_clients_say_is_understood(headers: bytes) -> None:
    head = b"CONNECT pypi.org:443 HTTP/1.1\r\n" + headers + b"\r\n"
    assert complete(head)
    assert read_request(head) == Destination(host="pypi.org", port=443)
    assert read_request(head.replace(b"HTTP/1.1", b"HTTP/1.0")) == Destination(host="pypi.org", port=443)


def test_a_request_may_arrive_byte_by_byte() -> None:
    assert [complete(PLAIN[:end]) for end in range(len(PLAIN) + 1)] == [False] * len(PLAIN) + [True]


def test_the_log_says_what_was_asked_for() -> None:
    asked = {name: read_request(head) for name, head in REFUSED.items()}
    assert {(read.host, read.port) for read in asked.values() if isinstance(read, Refusal)} >= {
        ("169.254.169.254", 443),
        ("pypi.org\0.evil.example", 443),
        ("pypi.org:443@evil.example", 443),
        ("http://pypi.org/", 0),
    }
