"""Looking a host up once, and dialling only addresses that were checked."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from journeyman.adapters.sandboxes.egress.addresses import address_problem
from journeyman.adapters.sandboxes.egress.destinations import Destination

Resolve = Callable[[str, int], Awaitable[tuple[str, ...]]]
"""(host, port) → addresses, in the order to try them. Raises OSError when there is no such host."""

_MOST_ADDRESSES = 4


class UnreachableError(Exception):
    """Why a host is not reached; `status` is what an HTTP client is told."""

    def __init__(self, reason: str, *, status: int) -> None:
        super().__init__(reason)
        self.status = status


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """Ask the machine's own resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(place[0]) for *_, place in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A server that was reached."""

    address: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


@dataclass(slots=True, kw_only=True)
class Lookup:
    """The addresses one command may use.

    A host is looked up once: every later request goes to the addresses that were checked then, whatever
    its name server says by then.
    """

    resolve: Resolve
    private_hosts: frozenset[str]
    timeout_s: float
    _found: dict[Destination, "asyncio.Task[tuple[str, ...]]"] = field(default_factory=dict)

    async def dial(self, asked: Destination) -> Connection:
        """Connect to a host.

        Raises:
            UnreachableError: it is not there, does not answer, or is somewhere it must not be.
        """
        failure = "it has no address"
        for address in (await self._checked(asked))[:_MOST_ADDRESSES]:
            try:
                async with asyncio.timeout(self.timeout_s):
                    # An address is not looked up again, so what is dialled is what was checked.
                    reader, writer = await asyncio.open_connection(address, asked.port)
            except (OSError, TimeoutError) as error:
                failure = f"{address}: {str(error) or 'no answer in time'}"
            else:
                return Connection(address=address, reader=reader, writer=writer)
        raise UnreachableError(f"the host does not answer, {failure}", status=502)

    async def _checked(self, asked: Destination) -> tuple[str, ...]:
        addresses = await self._addresses(asked)
        for address in addresses:
            # One bad address spoils all: whoever answers with a mixture counts on being tried again.
            problem = address_problem(address, private_allowed=asked.host in self.private_hosts)
            if problem:
                raise UnreachableError(f"the host is at {address}, which may not be reached: {problem}", status=403)
        return addresses

    async def _addresses(self, asked: Destination) -> tuple[str, ...]:
        """Return where a host is: as it was the first time somebody asked, if that had an answer."""
        if asked not in self._found:
            self._found[asked] = asyncio.ensure_future(self.resolve(asked.host, asked.port))
        try:
            async with asyncio.timeout(self.timeout_s):
                return await asyncio.shield(self._found[asked])
        except (OSError, UnicodeError, TimeoutError) as error:
            self._found.pop(asked, None)
            reason = f"the host cannot be looked up: {str(error) or 'no answer in time'}"
            raise UnreachableError(reason, status=502) from error

    async def close(self) -> None:
        """Give up looking."""
        for task in self._found.values():
            task.cancel()
        await asyncio.gather(*self._found.values(), return_exceptions=True)
