"""A server that cannot start says why; one that can is shared, and gone with its last user."""

import asyncio
import dataclasses
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from journeyman.adapters.models.catalog import find_model
from journeyman.adapters.models.pull import pull
from journeyman.adapters.models.server import Server, reach_server, shared_server
from journeyman.adapters.models.serving import Serving, plan_serving
from journeyman.adapters.models.weights import Weights
from journeyman.domain.errors import AdapterError
from journeyman.settings import ModelSettings, Settings, load_settings

NONE = Weights(path=Path("/nowhere/none.gguf"), sha256="0" * 64, name="none")

HOLD_A_LEASE = """
import asyncio, json, sys
from journeyman.adapters.models.server import shared_server
from journeyman.adapters.models.serving import Serving
from journeyman.settings import load_settings

async def hold():
    async with shared_server(Serving(**json.loads(sys.argv[1])), load_settings()) as server:
        print(server.pid, flush=True)
        await asyncio.Event().wait()

asyncio.run(hold())
"""


@pytest.fixture
async def serving() -> Serving:
    """The small model; the odd context makes the server the test's own."""
    weights = await pull(find_model("qwen2.5-coder-0.5b"), load_settings(), lambda _progress: None)
    return plan_serving(weights, ModelSettings(slots=2, context_tokens=640))


async def someone_else(serving: Serving) -> tuple[asyncio.subprocess.Process, int]:
    """Return another process that uses the server, and the server's process id."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD_A_LEASE, json.dumps(dataclasses.asdict(serving)), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    return process, int(await process.stdout.readline())


async def gone(pid: int) -> bool:
    """Tell whether a process ends within a minute."""
    for _ in range(600):
        try:
            # A process whose parent has not noticed its end yet has no command line left.
            if not Path(f"/proc/{pid}/cmdline").read_bytes():
                return True
        except FileNotFoundError:
            return True
        await asyncio.sleep(0.1)
    return False


def test_what_is_served_differently_is_served_apart() -> None:
    one = plan_serving(NONE, ModelSettings())
    assert plan_serving(NONE, ModelSettings()).key == one.key
    assert plan_serving(NONE, ModelSettings(slots=2)).key != one.key
    assert plan_serving(NONE, ModelSettings(), port=4000).key != one.key
    assert plan_serving(dataclasses.replace(NONE, sha256="1" * 64), ModelSettings()).key != one.key


def test_threads_are_counted_unless_given() -> None:
    assert 1 <= plan_serving(NONE, ModelSettings()).threads <= 4
    assert plan_serving(NONE, ModelSettings(threads=7)).threads == 7


@pytest.mark.parametrize(
    "data", [None, b"GGUF", b"GGUF\x03\0\0\0" + b"\xff" * 64], ids=["absent", "truncated", "nonsense"]
)
async def test_a_server_that_cannot_start_says_why(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "broken.gguf"
    if data is not None:
        path.write_bytes(data)
    weights = dataclasses.replace(NONE, path=path)
    settings = Settings(cache_dir=tmp_path)
    for _ in range(2):
        with pytest.raises(AdapterError, match="failed to load model") as caught:
            async with shared_server(plan_serving(weights, settings.model), settings):
                pass
        assert "the whole log:" in str(caught.value)


def test_a_token_is_not_shown() -> None:
    assert "hush" not in repr(Server(base_url="http://127.0.0.1:1/v1", token="hush", pid=1))


@pytest.mark.slow
@pytest.mark.model
async def test_a_server_is_shared_and_gone_with_its_last_user(serving: Serving) -> None:
    settings = load_settings()
    async with shared_server(serving, settings) as server:
        async with shared_server(serving, settings) as same:
            assert same == server
        other, pid = await someone_else(serving)
        assert pid == server.pid
    assert Path(f"/proc/{pid}/cmdline").read_bytes(), "somebody still uses it"
    other.send_signal(signal.SIGKILL)
    await other.wait()
    assert await gone(pid)


@pytest.mark.slow
@pytest.mark.model
async def test_its_token_is_in_no_process_list_and_no_public_file(serving: Serving) -> None:
    settings = load_settings()
    async with shared_server(serving, settings) as server:
        for name in ("cmdline", "environ"):
            assert server.token.encode() not in Path(f"/proc/{server.pid}/{name}").read_bytes()
        for path in (settings.cache_dir / "servers" / serving.key).iterdir():
            if path.is_file() and server.token in path.read_text("utf-8", "replace"):
                assert path.stat().st_mode & 0o077 == 0


@pytest.mark.slow
@pytest.mark.model
async def test_a_server_that_was_killed_is_replaced(serving: Serving) -> None:
    settings = load_settings()
    async with shared_server(serving, settings) as server:
        os.kill(server.pid, signal.SIGKILL)
        assert await gone(server.pid)
        other = await reach_server(serving, settings)
        assert other.pid != server.pid
    assert await gone(other.pid)
