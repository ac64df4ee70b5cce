"""Hosts of addresses, read alike wherever it matters who names them."""

import re
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"https?://[^#\s]+", re.IGNORECASE)


def host_of(url: str) -> str:
    """Return the host of an address in lower case; empty when there is none."""
    try:
        return urlsplit(url.strip()).hostname or ""
    except ValueError:
        return ""


def hosts_in(value: object) -> Iterator[str]:
    """Yield the host of every address in a value of TOML or JSON."""
    match value:
        case str():
            yield from map(host_of, _ADDRESS.findall(value))
        case list():
            for item in value:
                yield from hosts_in(item)
        case dict():
            yield from hosts_in(list(value.values()))


def is_this_machine(host: str) -> bool:
    """Say whether a host is the one we run on, by its name or its address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
