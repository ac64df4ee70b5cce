"""Giving a command its way out: whatever the driver, it is a mount, a prefix and a proxy that listens meanwhile."""

import asyncio
import functools
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from journeyman.adapters.sandboxes.egress.destinations import allowed_destinations
from journeyman.adapters.sandboxes.egress.ledger import Caps
from journeyman.adapters.sandboxes.egress.lookup import Lookup, Resolve, resolve
from journeyman.adapters.sandboxes.egress.proxy import Proxy
from journeyman.adapters.sandboxes.mounts import inside
from journeyman.adapters.sandboxes.toolchain import own_python, python_mounts
from journeyman.domain.command import Command, Mount, Network, NetworkRequest

SOCKET = "/run/egress.sock"
"""Where the sandbox sees the proxy."""
_FORWARD = Path(__file__).with_name("forward.py")
_FORWARD_INSIDE = "/opt/journeyman-egress/forward.py"
_LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Egress:
    """What holds for the way out of every command."""

    private_hosts: frozenset[str] = frozenset()
    """Names that may be at a private address: a person vouches for them."""
    caps: Caps = field(default_factory=Caps)
    resolve: Resolve = resolve


@dataclass(frozen=True, slots=True)
class WayOut:
    """A command with its way out."""

    command: Command
    """To be run in place of the one that names hosts; it names none."""
    proxy: Proxy | None = None

    @property
    def requests(self) -> tuple[NetworkRequest, ...]:
        """What was asked of the network so far."""
        return self.proxy.requests if self.proxy else ()


@asynccontextmanager
async def way_out(command: Command, egress: Egress, *, shown: Iterable[Mount] = ()) -> AsyncIterator[WayOut]:
    """Hold a proxy open for as long as a command runs; a command that names no host passes unchanged.

    Args:
        command: any command.
        egress: the rules that hold for all.
        shown: what the driver shows in every sandbox beside the command's own mounts.

    Raises:
        UserError: the command allows what is no host name.
    """
    if not command.network.allow:
        yield WayOut(command)
        return
    lookup = Lookup(resolve=egress.resolve, private_hosts=egress.private_hosts, timeout_s=egress.caps.handshake_s)
    proxy = Proxy(allowed_destinations(command.network.allow), lookup=lookup, caps=egress.caps)
    with tempfile.TemporaryDirectory(prefix="egress-", dir=_short_directory()) as directory:
        socket = Path(directory, "egress.sock")
        async with proxy.listening(socket):
            yield WayOut(await asyncio.to_thread(_led, command, socket, tuple(shown)), proxy)


def _led(command: Command, socket: Path, shown: tuple[Mount, ...]) -> Command:
    """Return the command behind the forwarder, which shows it the socket as a proxy on loopback."""
    python, needed = _python()
    own = (Mount(source=socket, target=SOCKET), Mount(source=_FORWARD, target=_FORWARD_INSIDE))
    mounts = (*command.mounts, *needed, *own)
    name, *arguments = command.argv or ("",)
    name = inside(name, (*shown, *mounts))
    argv = (str(python), "-I", "-S", "-B", _FORWARD_INSIDE, SOCKET, name, *arguments)
    return replace(command, argv=argv, mounts=mounts, network=Network())


@functools.cache
def _python() -> tuple[Path, tuple[Mount, ...]]:
    """Return a Python that can be shown inside, without our packages."""
    python = own_python()
    return python, python_mounts(python)


def _short_directory() -> str | None:
    """Return where the socket's directory may be made: a socket's path holds 107 bytes."""
    usual = tempfile.gettempdir()
    return None if len(usual) < _LONGEST_SOCKET_PATH - len("/egress-12345678/egress.sock") else "/tmp"  # noqa: S108
