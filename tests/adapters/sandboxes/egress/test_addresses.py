"""Addresses: the internet's alone, unless a person vouches for the name."""

import socket

import pytest

from journeyman.adapters.sandboxes.egress.addresses import address_problem

LOCAL = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "2002:7f00:1::",
    "fc00::1",
    "fd12:3456::1",
    "fec0::1",
]
NEVER = [
    "169.254.169.254",
    "::ffff:169.254.169.254",
    "64:ff9b::169.254.169.254",
    "2002:a9fe:a9fe::",
    "169.254.170.2",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "fe80::1",
    "fe80::1%lo",
    "ff02::1",
    "fd00:ec2::254",
    "2001::1",
    "100::1",
    "nonsense",
]


@pytest.mark.parametrize("address", LOCAL)
def test_the_private_network_is_reached_only_by_a_name_declared_private(address: str) -> None:
    assert address_problem(address, private_allowed=False)
    assert address_problem(address, private_allowed=True) == ""


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_reached(address: str) -> None:
    assert address_problem(address, private_allowed=False)
    assert address_problem(address, private_allowed=True)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "::ffff:1.1.1.1", "172.32.0.1", "100.128.0.1"]
)
def test_the_internet_is_reached(address: str) -> None:
    assert address_problem(address, private_allowed=False) == ""


def test_an_address_of_this_machine_is_not_the_internet_whatever_it_looks_like() -> None:
    own = {place[4][0] for place in socket.getaddrinfo(socket.gethostname(), None)}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        own.add(probe.getsockname()[0])
    for address in own:
        assert address_problem(str(address), private_allowed=False)
