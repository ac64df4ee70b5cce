"""A local model's server, shared by everyone who asks for the same model served the same way."""

import asyncio
import dataclasses
import json
import os
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from journeyman.adapters.models.locks import locked, open_lock, take_now
from journeyman.adapters.models.serving import Serving
from journeyman.domain.errors import AdapterError
from journeyman.settings import Settings

_START_TIMEOUT_S = 180.0
_HEALTH_TIMEOUT_S = 10.0
_POLL_S = 0.05
_LOG_LINES = 12
_INHERITED = ("PATH", "HOME", "LD_LIBRARY_PATH", "PYTHONPATH")
"""All a server gets of the environment: keys are no business of its."""
_WAITING = {"OMP_WAIT_POLICY": "passive"}
"""Threads that wait for one another sleep instead of spinning. On a machine that is also running tests, spinning costs
seven eighths of the tokens per second (see docs/reference/models.md)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a model is served."""

    base_url: str
    """Of the OpenAI-compatible interface, with `/v1`."""
    token: str = field(repr=False)
    pid: int


@asynccontextmanager
async def shared_server(serving: Serving, settings: Settings) -> AsyncIterator[Server]:
    """Lease the server, starting it if nobody has; it ends when its last lease does.

    A lease is a file lock: a user that is killed gives it back.

    Raises:
        AdapterError: the server did not start; the end of its log is in the text.
    """
    async with locked(_directory(serving, settings) / "lease", shared=True):
        yield await reach_server(serving, settings)


async def reach_server(serving: Serving, settings: Settings) -> Server:
    """Return the running server, or start one in its place; for holders of a lease.

    Raises:
        AdapterError: it did not start (the end of its log is in the text), or does not answer.
    """
    directory = _directory(serving, settings)
    async with locked(directory / "starting"), _patience(serving):
        while True:
            if not _is_alive(directory):
                (directory / "state.json").unlink(missing_ok=True)
                await _start(serving, directory, settings)
            server = _read_state(directory)
            if server is not None and await _answers(server):
                return server
            # Alive and silent: still loading, because its starter was interrupted, or about to be gone.
            await asyncio.sleep(_POLL_S)


@asynccontextmanager
async def _patience(serving: Serving) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(_START_TIMEOUT_S):
            yield
    except TimeoutError as error:
        problem = f"the server of {serving.model_name} does not answer after {_START_TIMEOUT_S:.0f} s"
        raise AdapterError(problem, retryable=True) from error


def _read_state(directory: Path) -> Server | None:
    try:
        state = json.loads((directory / "state.json").read_text("utf-8"))
    except FileNotFoundError:
        return None
    return Server(base_url=f"{state['address']}/v1", token=state["token"], pid=state["pid"])


async def _answers(server: Server) -> bool:
    import httpx

    async with httpx.AsyncClient(timeout=_HEALTH_TIMEOUT_S) as client:
        try:
            response = await client.get(
                f"{server.base_url}/models", headers={"Authorization": f"Bearer {server.token}"}
            )
        except httpx.HTTPError:
            return False
    return response.is_success


def _directory(serving: Serving, settings: Settings) -> Path:
    return settings.cache_dir.absolute() / "servers" / serving.key


def prompts_directory(serving: Serving, settings: Settings) -> Path:
    """Return where the server saves evaluated prompts; private to the user, and emptied when a server starts."""
    return _directory(serving, settings) / "prompts"


def _is_alive(directory: Path) -> bool:
    """Tell whether a server process holds the lock that it holds for life."""
    descriptor = open_lock(directory / "alive")
    try:
        return not take_now(descriptor)
    finally:
        os.close(descriptor)


async def _start(serving: Serving, directory: Path, settings: Settings) -> None:
    orders = {
        "directory": str(directory),
        "serving": dataclasses.asdict(serving),
        "token": secrets.token_urlsafe(24),
    }
    with (directory / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "journeyman.adapters.models.server_process",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env={name: settings.environment[name] for name in _INHERITED if name in settings.environment} | _WAITING,
        )  # fmt: skip
    said, _ = await process.communicate(json.dumps(orders).encode() + b"\n")
    if said.strip() != b"ready":
        raise AdapterError(f"the server of {serving.model_name} did not start; its log ends with\n{_tail(directory)}")


def _tail(directory: Path) -> str:
    log = directory / "log"
    lines = log.read_text("utf-8", "replace").splitlines()[-_LOG_LINES:]
    return "\n".join([*(f"  {line}" for line in lines), f"(the whole log: {log})"])
