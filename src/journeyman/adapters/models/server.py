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
        AdapterError: the server did not start; the end of its log is in the text.
    """
    directory = _directory(serving, settings)
    state = directory / "state.json"
    async with locked(directory / "starting"):
        if not _is_alive(directory):
            state.unlink(missing_ok=True)
            await _start(serving, directory, settings)
        # Alive and silent: its starter was interrupted, and it is still loading.
        while not state.exists() and _is_alive(directory):  # noqa: ASYNC110 (no event comes from another process)
            await asyncio.sleep(_POLL_S)
        if not state.exists():
            raise AdapterError(f"the server of {serving.model_name} ended; its log ends with\n{_tail(directory)}")
        known = json.loads(state.read_text("utf-8"))
    return Server(base_url=f"{known['address']}/v1", token=known["token"], pid=known["pid"])


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
    try:
        async with asyncio.timeout(_START_TIMEOUT_S):
            said, _ = await process.communicate(json.dumps(orders).encode() + b"\n")
    except TimeoutError as error:
        raise AdapterError(f"the server of {serving.model_name} is not ready after {_START_TIMEOUT_S:.0f} s") from error
    if said.strip() != b"ready":
        raise AdapterError(f"the server of {serving.model_name} did not start; its log ends with\n{_tail(directory)}")


def _tail(directory: Path) -> str:
    log = directory / "log"
    lines = log.read_text("utf-8", "replace").splitlines()[-_LOG_LINES:]
    return "\n".join([*(f"  {line}" for line in lines), f"(the whole log: {log})"])
