"""A Docker or Podman daemon behind a Unix socket: calls by its SDK in threads, streams by a connection of ours.

The SDK reads streams of a command through a buffer that it then throws away, with whatever of the output had
arrived already; so the two calls that become streams are spoken here, by hand.
"""

import asyncio
import json
import platform
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import docker
import requests
from docker.errors import DockerException

from journeyman.domain.errors import AdapterError, UserError
from journeyman.settings import Settings

_Answer = TypeVar("_Answer")
_TIMEOUT_S = 120
_MAX_HEAD_BYTES = 65536
_MAX_REASON = 500
_REMEDY = (
    "Start Docker or Podman (`podman system service` for its socket), let this user reach the socket, "
    "or name it: container:unix:///path/to.sock"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """One daemon that answered."""

    socket: Path
    client: Any
    """`docker.APIClient`; thread-safe as far as it is used here."""
    engine: str
    """`docker` or `podman`."""
    version: str
    machine: str
    """`uname -m` where containers run."""
    cpus: int
    shares_kernel: bool
    """Whether containers run on this machine's own kernel, not in a virtual machine."""
    runtimes: tuple[str, ...]

    @property
    def is_podman(self) -> bool:
        """Whether the differences of Podman apply."""
        return self.engine == "podman"

    async def call(self, method: Callable[..., _Answer], /, *args: object, **kwargs: object) -> _Answer:
        """Make one call in a thread.

        Raises:
            AdapterError: the daemon refused or is gone, in its own words.
        """
        try:
            return await asyncio.to_thread(method, *args, **kwargs)
        except (DockerException, requests.RequestException, OSError) as error:
            raise AdapterError(f"{self.engine}: {_said(error)}", retryable=True) from error

    @asynccontextmanager
    async def stream(
        self, path: str, body: Mapping[str, object] | None = None
    ) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Hold a connection that has become a raw stream.

        Raises:
            AdapterError: the daemon refused.
        """
        try:
            reader, writer = await asyncio.open_unix_connection(self.socket, limit=_MAX_HEAD_BYTES)
        except OSError as error:
            raise AdapterError(f"{self.engine}: {error}", retryable=True) from error
        try:
            await self._upgrade(reader, writer, path, json.dumps(body or {}).encode())
            yield reader, writer
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _upgrade(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, body: bytes
    ) -> None:
        head = (
            f"POST /v{self.client.api_version}{path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
            f"Upgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        try:
            answer = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError) as error:
            raise AdapterError(f"{self.engine}: it closed the connection", retryable=True) from error
        status = answer.split(None, 2)[1]
        if status not in {b"101", b"200"}:
            with suppress(TimeoutError):
                answer += await asyncio.wait_for(reader.read(_MAX_HEAD_BYTES), 1.0)
            said = answer.partition(b"\r\n\r\n")[2].decode(errors="replace").strip()
            raise AdapterError(f"{self.engine}: {said}")


async def frames(reader: asyncio.StreamReader) -> AsyncIterator[tuple[int, bytes]]:
    """Yield (1 for stdout or 2 for stderr, a piece of at most 64 KiB) until the stream ends."""
    try:
        while True:
            header = await reader.readexactly(8)
            left = int.from_bytes(header[4:])
            while left:
                piece = await reader.read(min(left, 65536))
                if not piece:
                    return
                left -= len(piece)
                yield header[0], piece
    except (asyncio.IncompleteReadError, ConnectionError):
        return


async def find_daemon(name: str, settings: Settings) -> Daemon:
    """Return the first daemon that answers; `name` is ``, `docker`, `podman` or `unix:///path/to.sock`.

    Raises:
        UserError: none answers, each with its reason.
    """
    failures = []
    for socket in _sockets(name, settings):
        try:
            return await asyncio.to_thread(_connect, socket)
        except (DockerException, requests.RequestException, OSError, KeyError) as error:
            reason = "no such socket" if not socket.exists() else _said(error)
            failures.append(f"{socket}: {reason}")
    raise UserError("\n".join(["no container daemon answers", *failures]), remedy=_REMEDY)


def _connect(socket: Path) -> Daemon:
    if not socket.exists():
        raise FileNotFoundError(socket)
    client = docker.APIClient(base_url=f"unix://{socket}", version="auto", timeout=_TIMEOUT_S)
    version, info = client.version(), client.info()
    parts = [str(part.get("Name", "")) for part in version.get("Components") or ()]
    return Daemon(
        socket=socket,
        client=client,
        engine="podman" if any("podman" in part.lower() for part in parts) else "docker",
        version=str(version["Version"]),
        machine=str(info["Architecture"]).replace("amd64", "x86_64").replace("arm64", "aarch64"),
        cpus=int(info["NCPU"]),
        shares_kernel=info.get("KernelVersion") == platform.release(),
        runtimes=tuple(sorted(info.get("Runtimes") or ())),
    )


def _sockets(name: str, settings: Settings) -> tuple[Path, ...]:
    if name.startswith("unix://"):
        return (Path(name.removeprefix("unix://")),)
    if name not in {"", "docker", "podman"}:
        raise UserError(
            f"`container:{name}` names no daemon",
            remedy="Write container:docker, container:podman or container:unix://…",
        )
    home, runtime = Path(settings.secret("HOME") or Path.home()), settings.secret("XDG_RUNTIME_DIR")
    own = (Path(runtime),) if runtime else ()
    docker_sockets = [
        *_named(settings, "DOCKER_HOST"),
        Path("/var/run/docker.sock"),
        *(at / "docker.sock" for at in own),
    ]
    docker_sockets += [home / ".docker/run/docker.sock", home / ".colima/default/docker.sock"]
    podman_sockets = [*_named(settings, "CONTAINER_HOST"), *(at / "podman/podman.sock" for at in own)]
    podman_sockets.append(Path("/run/podman/podman.sock"))
    chosen = {"docker": docker_sockets, "podman": podman_sockets, "": [*docker_sockets, *podman_sockets]}[name]
    return tuple(dict.fromkeys(chosen))


def _named(settings: Settings, variable: str) -> list[Path]:
    value = settings.secret(variable)
    return [Path(value.removeprefix("unix://"))] if value.startswith("unix://") else []


def _said(error: Exception) -> str:
    return str(getattr(error, "explanation", None) or error).strip()[-_MAX_REASON:]
