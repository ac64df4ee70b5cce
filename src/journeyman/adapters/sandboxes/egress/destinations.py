"""Which names may be asked for: exact host names of plain ASCII, and one port each. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from journeyman.domain.errors import UserError

HTTPS_PORT = 443
_LONGEST_NAME = 253
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
"""What resolvers read as (a part of) an IPv4 address: decimal, octal, hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One host and one port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def name_problem(host: str) -> str:
    """Return what is wrong with a host name; empty when it may be looked up.

    Lower case only, since that is how clients write it and two spellings of one host are one too many. An
    encoded international name (`xn--`) is a fine name: the allow-list is compared byte for byte.
    """
    if not host or len(host) > _LONGEST_NAME:
        return "a host name has 1 to 253 characters"
    if not re.fullmatch(r"[a-z0-9.-]+", host):
        return "a host name is written in a-z, 0-9, dot and hyphen"
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return "addresses cannot be asked for, only names"
    if not all(map(_LABEL.fullmatch, labels)):
        return "a host name has no empty part, and none that begins or ends with a hyphen"
    return ""


def allowed_destinations(names: Iterable[str]) -> frozenset[Destination]:
    """Return what an allow-list of `host` or `host:port` names.

    Raises:
        UserError: an entry is a pattern, an address, a URL or anything else but that.
    """
    return frozenset(map(_destination, names))


def _destination(name: str) -> Destination:
    host, colon, port = name.partition(":")
    problem = name_problem(host)
    if not problem and colon and not (re.fullmatch(r"[1-9][0-9]{0,4}", port) and int(port) < 2**16):
        problem = "a port is a number from 1 to 65535"
    if problem:
        raise UserError(
            f"{name!r} cannot be allowed: {problem}",
            remedy="Write an exact host name, as in `pypi.org`, or one with a port, as in `index.example.org:8443`.",
        )
    return Destination(host=host, port=int(port) if colon else HTTPS_PORT)
