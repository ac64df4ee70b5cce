"""What one command asked of the network and how much passed, while it goes on."""

from dataclasses import dataclass, field

from journeyman.domain.command import NetworkRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What one command may take of the way out."""

    received_bytes: int = 8 * 2**30
    sent_bytes: int = 64 * 2**20
    """Building an environment sends little: requests and acknowledgements."""
    requests: int = 4096
    """After one more the proxy is gone."""
    connections: int = 64
    """At a time; one more is closed without an answer."""
    handshake_s: float = 15.0
    """For the request, for the look-up, for each dial and for the TLS hello: each has as long."""
    idle_s: float = 120.0
    tunnel_s: float = 3600.0


@dataclass(slots=True)
class Allowance:
    """How many bytes may still pass in one direction, over all connections."""

    left_bytes: int


@dataclass(slots=True)
class Flow:
    """What passed in one direction of one connection."""

    allowance: Allowance
    size_bytes: int = 0

    def take(self, size_bytes: int) -> bool:
        """Count bytes that are about to pass; False, and nothing counted, when they are more than are left."""
        if size_bytes > self.allowance.left_bytes:
            return False
        self.allowance.left_bytes -= size_bytes
        self.size_bytes += size_bytes
        return True


@dataclass(slots=True)
class Entry:
    """One request."""

    sent: Flow
    received: Flow
    host: str = ""
    port: int = 0
    allowed: bool = False
    reason: str = "the connection ended before a request"

    def asked_for(self, host: str, port: int) -> None:
        """Write down where the client wants to go."""
        self.host, self.port = host, port

    def allow(self, address: str) -> None:
        """Write down where it was let through to."""
        self.allowed, self.reason = True, address

    def refuse(self, reason: str) -> None:
        """Write down why it was not."""
        self.allowed, self.reason = False, reason


@dataclass(slots=True)
class Ledger:
    """All requests of one command."""

    caps: Caps
    _entries: list[Entry] = field(default_factory=list)
    _sent: Allowance = field(init=False)
    _received: Allowance = field(init=False)

    def __post_init__(self) -> None:
        self._sent = Allowance(self.caps.sent_bytes)
        self._received = Allowance(self.caps.received_bytes)

    def open(self) -> Entry | None:
        """Return the entry for a connection; None when there were too many, which is written down once."""
        if len(self._entries) > self.caps.requests:
            return None
        entry = Entry(Flow(self._sent), Flow(self._received))
        self._entries.append(entry)
        if len(self._entries) <= self.caps.requests:
            return entry
        entry.refuse(f"more than {self.caps.requests} requests: nobody listens any more")
        return None

    @property
    def requests(self) -> tuple[NetworkRequest, ...]:
        """Every request so far, allowed or not, in order."""
        return tuple(map(_request, self._entries))


def _request(entry: Entry) -> NetworkRequest:
    return NetworkRequest(
        host=entry.host,
        port=entry.port,
        allowed=entry.allowed,
        reason=entry.reason,
        received_bytes=entry.received.size_bytes,
        sent_bytes=entry.sent.size_bytes,
    )
