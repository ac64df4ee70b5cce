"""Which addresses may be dialled: none that is the machine's own, its network's or its cloud's."""

import ipaddress
import socket
from contextlib import closing

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_LOCAL = "0.0.0.0/8 10.0.0.0/8 127.0.0.0/8 172.16.0.0/12 192.168.0.0/16 ::/127 fc00::/7 fec0::/10"
"""Loopback, private and site-local networks: reached only by a name a person has declared private."""
_NEVER = (
    # Link-local (where clouds keep their metadata), carrier-grade NAT, protocol assignments, benchmarking,
    # multicast, reserved, and the address of one cloud's host agent, which looks public.
    "100.64.0.0/10 169.254.0.0/16 192.0.0.0/24 198.18.0.0/15 224.0.0.0/4 240.0.0.0/4 168.63.129.16/32 "
    "100::/64 2001::/23 fd00:ec2::/32 fe80::/10 ff00::/8"
)
# Networks for documentation are not listed: nobody has them, so who routes them does it on purpose.
_TRANSLATED = ((ipaddress.IPv6Network("64:ff9b::/96"), 0), (ipaddress.IPv6Network("2002::/16"), 80))
"""(network whose addresses carry an IPv4 one, how many bits stand right of it)."""


def address_problem(text: str, *, private_allowed: bool) -> str:
    """Return why a resolved address may not be dialled; empty when it may.

    Args:
        text: as the resolver wrote it, scope included.
        private_allowed: a person declared the name behind it as one of the private network.
    """
    try:
        address = _carried(ipaddress.ip_address(text))
    except ValueError:
        return "it is no address"
    if _within(address, _NEVER):
        return "it is link-local, a cloud's own, multicast or reserved"
    if private_allowed:
        return ""
    if _within(address, _LOCAL):
        return "it is of a private network"
    return "it is this machine's own" if _is_own(address) else ""


def _carried(address: _Address) -> _Address:
    """Return the IPv4 address inside one that only wraps it."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    for network, shift in _TRANSLATED:
        if address in network:
            return ipaddress.IPv4Address((int(address) >> shift) & 0xFFFFFFFF)
    # The old way of writing an IPv4 address as an IPv6 one; ::0 and ::1 are themselves.
    return ipaddress.IPv4Address(int(address)) if 1 < int(address) < 2**32 else address


def _within(address: _Address, networks: str) -> bool:
    known = map(ipaddress.ip_network, networks.split())
    return any(address in network for network in known if network.version == address.version)


def _is_own(address: _Address) -> bool:
    """Return whether the kernel would answer from the very address it would send to; nothing is sent."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with closing(socket.socket(family, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect((str(address), 9))
        except OSError:
            return False
        own: str = probe.getsockname()[0]
        return ipaddress.ip_address(own.partition("%")[0]) == address
