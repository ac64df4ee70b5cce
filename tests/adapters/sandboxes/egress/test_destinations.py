"""Names: exact, plain and never an address, however it is written."""

import pytest

from journeyman.adapters.sandboxes.egress.destinations import Destination, allowed_destinations, name_problem
from journeyman.domain.errors import UserError


@pytest.mark.parametrize(
    "host",
    [
        "",
        "127.0.0.1",
        "2130706433",
        "017700000001",
        "0x7f000001",
        "0x7f.1",
        "127.1",
        "1.2.3.0x4",
        "0x",
        "::1",
        "[::1]",
        "::ffff:127.0.0.1",
        "pypi.org.",
        ".pypi.org",
        "pypi..org",
        "pypi.org\0.evil.example",
        "user@pypi.org",
        "user:pw@pypi.org",
        "PyPI.org",
        "p\u0443pi.org",
        "pypi\u3002org",
        "pypi.org%00",
        "pypi.org/",
        "pypi.org#",
        "pypi org",
        "pypi.org\r\nx",
        "pypi.org\n",
        "*.pypi.org",
        "-pypi.org",
        "pypi-.org",
        "pypi_org",
        "a" * 64 + ".org",
        ".".join(["abcd"] * 51) + ".org",
    ],
)
def test_what_is_no_plain_name_is_refused(host: str) -> None:
    assert name_problem(host)


@pytest.mark.parametrize(
    "host", ["pypi.org", "localhost", "xn--ppi-hpd.org", "3proxy.org", "a.b-c.d9", "1.2.3.example"]
)
def test_names_are_names(host: str) -> None:
    assert name_problem(host) == ""


def test_a_port_is_443_unless_named() -> None:
    assert allowed_destinations(["pypi.org", "index.example.org:8443"]) == {
        Destination(host="pypi.org", port=443),
        Destination(host="index.example.org", port=8443),
    }


@pytest.mark.parametrize(
    "entry",
    [
        "https://pypi.org",
        "pypi.org/simple",
        "*.org",
        "10.0.0.1",
        "a:",
        "a:0",
        "a:65536",
        "a:0443",
        "a:44 3",
        "a:٤٤٣",
        "a:1:2",
    ],
)
def test_an_allow_list_of_anything_else_is_refused(entry: str) -> None:
    with pytest.raises(UserError, match="cannot be allowed") as caught:
        allowed_destinations(["pypi.org", entry])
    assert "exact host name" in caught.value.remedy
