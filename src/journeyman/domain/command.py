"""Command and result: what is run in a sandbox, and how it ended."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A host path shown inside the sandbox."""

    source: Path
    target: str
    """Absolute path inside; never below the workspace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Ceilings of one command; reaching one ends it."""

    wall_time_s: float = 600.0
    cpu_time_s: float | None = None
    """Of all processes together; reaching it is `timed_out`."""
    memory_bytes: int = 2 * 2**30
    """Of all processes together."""
    processes: int = 256
    open_files: int = 4096
    """Of each process."""
    file_size_bytes: int = 2**30
    """Of each file."""
    disk_bytes: int = 2 * 2**30
    """What may be written in all: workspace, /tmp and home together."""
    temporary_bytes: int = 256 * 2**20
    """Of /tmp alone, which is memory: it counts towards `memory_bytes` and `disk_bytes` as well."""
    new_files: int = 100_000
    """Files, directories and links made or changed, in all."""
    output_bytes: int = 8 * 2**20
    """Of stdout and stderr together, and of the report apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Which hosts a command may reach; none unless named. For building environments only."""

    allow: tuple[str, ...] = ()
    """Exact host names (`pypi.org`, or `index.example.org:8443`), reached over TLS through a proxy of ours; no
    patterns, no addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRequest:
    """One request that a command made of the proxy."""

    host: str
    """As asked for, cut to 255 characters."""
    port: int
    allowed: bool
    reason: str
    """Why it was refused, or the address that was dialled."""
    received_bytes: int = 0
    sent_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command line over one workspace, with nothing of the host's environment."""

    argv: tuple[str, ...]
    workspace: Path
    """Host directory, shown inside as `/work`, where the command starts."""
    workspace_writable: bool = True
    base: Path | None = None
    """A directory shown below the workspace, which nobody changes meanwhile. `workspace` then keeps the differences
    alone: it holds two directories, `upper` (as overlayfs keeps them) and `work`. For sandboxes that are `Layering`."""
    mounts: tuple[Mount, ...] = ()
    """Shown read-only: toolchains, the judge's reporter."""
    env: tuple[tuple[str, str], ...] = ()
    """The whole environment beyond PATH, HOME, TMPDIR and LANG; never a secret."""
    stdin: bytes = b""
    report: bool = False
    """Open a pipe for results: its descriptor number is in JOURNEYMAN_REPORT_FD inside."""
    network: Network = Network()
    limits: Limits = Limits()

    @property
    def world(self) -> tuple[object, ...]:
        """What the command finds around it: commands of equal worlds may share a warm sandbox."""
        temporary = self.limits.temporary_bytes
        return (self.workspace, self.workspace_writable, self.base, self.mounts, self.network, temporary)


class Ending(StrEnum):
    """How a command ended."""

    EXITED = "exited"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    DISK_FULL = "disk_full"
    TOO_MANY_PROCESSES = "too_many_processes"
    OUTPUT_TRUNCATED = "output_truncated"
    KILLED = "killed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """What a command left behind. A missing executable is a result too (exit status 127)."""

    ending: Ending
    exit_status: int
    """The command's own; 128 + signal when it was killed; 127 when it could not start."""
    output: bytes
    """stdout and stderr interleaved, at most `limits.output_bytes`."""
    report: bytes = b""
    duration_s: float = 0.0
    sandbox: str = ""
    """Which driver ran it, e.g. `bubblewrap 0.11.0`."""
    requests: tuple[NetworkRequest, ...] = ()
    """What was asked of the network, allowed or not, in order."""
