"""A warm bubblewrap passes everything that a cold one does, and leaves as little behind."""

import asyncio
import contextlib
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.adapters.sandboxes.test_bubblewrap import processes_with, traces

from journeyman.adapters.sandboxes.bubblewrap import BubblewrapSandbox, open_sandbox
from journeyman.adapters.sandboxes.toolchain import python_mounts
from journeyman.domain.command import Command, CommandResult, Ending, Limits
from journeyman.domain.errors import AdapterError, UserError
from journeyman.ports.sandbox import Listener, Sandbox
from journeyman.settings import load_settings
from journeyman.testing.conformance.sandbox import SandboxConformance


class AlwaysWarm:
    """Runs every command in a warm sandbox, behind another command in the same."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def run(self, command: Command, *, listener: Listener | None = None) -> CommandResult:
        async with self._sandbox.warm(command) as warm:
            await warm.run(replace(command, argv=("true",), env=(), stdin=b"", report=False, limits=Limits()))
            return await warm.run(command, listener=listener)

    def warm(self, world: Command) -> AbstractAsyncContextManager[Sandbox]:
        return self._sandbox.warm(world)


@pytest.fixture
async def bubblewrap() -> AsyncIterator[BubblewrapSandbox]:
    async with open_sandbox("", load_settings(environment={})) as opened:
        yield opened


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "workspace"
    path.mkdir()
    return path


@pytest.mark.slow
class TestWarmBubblewrap(SandboxConformance):
    interpreter = sys.executable
    mounts = python_mounts(Path(sys.executable))

    @pytest.fixture
    def sandbox(self, bubblewrap: BubblewrapSandbox) -> Sandbox:
        return AlwaysWarm(bubblewrap)


def keepers() -> list[int]:
    """Return the children of this process that are warm sandboxes' keepers: they have wiped their arguments."""
    found = []
    for thread in Path("/proc/self/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += [int(pid) for pid in thread.read_text().split()]
    return [pid for pid in found if not Path(f"/proc/{pid}/cmdline").read_bytes().strip(b"\0")]


async def test_nothing_is_left_of_a_warm_sandbox(bubblewrap: BubblewrapSandbox, workspace: Path) -> None:
    before = traces()
    command = Command(argv=("sh", "-c", "sleep 100 & sleep 100 & true"), workspace=workspace)
    for _ in range(2):
        async with bubblewrap.warm(command) as warm:
            await warm.run(command)
            await warm.run(Command(argv=("no-such-program",), workspace=workspace))
            running = asyncio.ensure_future(warm.run(Command(argv=("sleep", "100"), workspace=workspace)))
            await asyncio.sleep(0.1)
        with pytest.raises(AdapterError, match="left"):
            await running
    assert traces() == before


async def test_a_warm_sandbox_is_really_warm(bubblewrap: BubblewrapSandbox, workspace: Path) -> None:
    note = Command(argv=("sh", "-c", "echo x >>/tmp/notes; cat /tmp/notes"), workspace=workspace)
    async with bubblewrap.warm(note) as warm:
        assert len(keepers()) == 1
        assert [(await warm.run(note)).output for _ in range(2)] == [b"x\n", b"x\nx\n"]
    assert keepers() == []


async def test_a_keeper_that_dies_takes_its_commands_along(bubblewrap: BubblewrapSandbox, workspace: Path) -> None:
    marker = f"marker-{secrets.token_hex()}"
    command = Command(argv=("sh", "-c", "touch started; setsid sleep 1000 & sleep 1000", marker), workspace=workspace)
    async with bubblewrap.warm(command) as warm:
        running = asyncio.ensure_future(warm.run(command))
        while not (workspace / "started").exists():
            assert not running.done(), running
            await asyncio.sleep(0.01)
        (keeper,) = keepers()
        os.kill(keeper, signal.SIGKILL)
        assert (await running).ending is Ending.KILLED
        assert processes_with(marker) == []
        # The process 1 that was made ahead may still be handed out, dead.
        with contextlib.suppress(AdapterError):
            assert (await warm.run(command)).ending is Ending.KILLED
        with pytest.raises(AdapterError, match="gone") as caught:
            await warm.run(command)
        assert caught.value.retryable
    async with bubblewrap.warm(command) as warm:
        assert (await warm.run(Command(argv=("true",), workspace=workspace))).exit_status == 0


_SLEEPER = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from journeyman.adapters.sandboxes.bubblewrap import open_sandbox
from journeyman.domain.command import Command
from journeyman.settings import load_settings
async def main():
    async with open_sandbox("", load_settings(environment={})) as sandbox:
        script = "setsid sleep 1000 & touch started; sleep 1000"
        command = Command(argv=("sh", "-c", script, sys.argv[2]), workspace=Path(sys.argv[1]))
        async with sandbox.warm(command) as warm:
            await warm.run(command)
asyncio.run(main())
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
async def test_warm_commands_die_with_the_product(how: signal.Signals, workspace: Path) -> None:
    marker = f"marker-{secrets.token_hex()}"
    arguments = (sys.executable, "-c", _SLEEPER, str(workspace), marker)
    product = await asyncio.create_subprocess_exec(*arguments, stderr=subprocess.DEVNULL)
    while not (workspace / "started").exists():
        assert product.returncode is None
        await asyncio.sleep(0.01)
    product.send_signal(how)
    await product.wait()
    for _ in range(1000):
        if not processes_with(marker):
            break
        await asyncio.sleep(0.01)
    assert processes_with(marker) == []


async def test_a_script_without_a_first_line_is_the_shells(bubblewrap: BubblewrapSandbox, workspace: Path) -> None:
    (workspace / "script").write_text("echo $0 $1")
    (workspace / "script").chmod(0o755)
    (workspace / "text").write_text("echo no")
    async with bubblewrap.warm(Command(argv=("true",), workspace=workspace)) as warm:
        for sandbox in (warm, bubblewrap):
            script = await sandbox.run(Command(argv=("./script", "a"), workspace=workspace))
            assert (script.exit_status, script.output) == (0, b"./script a\n")
            named = Command(argv=("script", "b"), workspace=workspace, env=(("PATH", "/nowhere:/work"),))
            assert (await sandbox.run(named)).output == b"/work/script b\n"
            assert (await sandbox.run(Command(argv=("./text",), workspace=workspace))).exit_status == 127


async def test_what_cannot_be_sent_is_refused(bubblewrap: BubblewrapSandbox, workspace: Path) -> None:
    async with bubblewrap.warm(Command(argv=("true",), workspace=workspace)) as warm:
        for command in (
            Command(argv=("true", "a\0b"), workspace=workspace),
            Command(argv=("true",), workspace=workspace, env=(("A", "b\0c"),)),
            Command(argv=(), workspace=workspace),
        ):
            with pytest.raises(UserError):
                await warm.run(command)
        odd = Command(argv=("printf", "%s", "a\udcffb" + "x" * 100_000), workspace=workspace)
        assert (await warm.run(odd)).output == b"a\xffb" + b"x" * 100_000


async def test_commands_of_one_world_run_at_the_same_time(bubblewrap: BubblewrapSandbox, workspace: Path) -> None:
    script = "touch /tmp/$1; until [ -e /tmp/$2 ]; do sleep 0.01; done; ls /proc | grep -c '^[0-9]'"
    pair = [Command(argv=("sh", "-c", script, "sh", me, other), workspace=workspace) for me, other in ("ab", "ba")]
    async with bubblewrap.warm(pair[0]) as warm:
        results = await asyncio.gather(*map(warm.run, pair))
    # Its process 1, its shell, and what that starts: neither sees the other's.
    assert {int(result.output) for result in results} <= {3, 4}


async def test_a_missing_workspace_is_said_at_once(bubblewrap: BubblewrapSandbox, tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="workspace"):
        async with bubblewrap.warm(Command(argv=("true",), workspace=tmp_path / "nothing")):
            raise AssertionError
