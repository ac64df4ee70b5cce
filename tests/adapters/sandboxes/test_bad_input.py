"""What goes wrong around a sandbox is said clearly, and leaves nothing behind."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.adapters.sandboxes.test_bubblewrap import own_mounts

from journeyman.adapters.sandboxes import kernel
from journeyman.adapters.sandboxes.bubblewrap import BubblewrapSandbox, open_sandbox
from journeyman.adapters.sandboxes.watched import WatchedCeilings
from journeyman.domain.command import Command, Ending, Limits
from journeyman.domain.errors import AdapterError
from journeyman.settings import load_settings

MIB = 2**20
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can arrange this")


@pytest.fixture
async def sandbox() -> AsyncIterator[BubblewrapSandbox]:
    async with open_sandbox("", load_settings(environment={})) as opened:
        yield opened


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "workspace"
    path.mkdir()
    return path


def groups_of(pid: int) -> list[str]:
    """Return the control groups that a process made; others come and go while this looks, which a walk bears."""
    places = os.walk("/sys/fs/cgroup")
    return sorted(name for _, names, _ in places for name in names if name.startswith(f"journeyman-{pid}-"))


def traces() -> dict[str, object]:
    """Return what a run could leave on the host."""
    children = [path.read_text().split() for path in Path("/proc/self/task").glob("*/children")]
    temporary = {path.name for path in Path(tempfile.gettempdir()).glob(f"journeyman-*-{os.getpid()}-*")}
    return {
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "children": [child for found in children for child in found],
        "groups": groups_of(os.getpid()),
        "mounts": own_mounts(),
        "threads": len(list(Path("/proc/self/task").iterdir())),
        "temporary": temporary,
    }


async def settled(*, as_before: dict[str, object] | None = None) -> dict[str, object]:
    """Return the traces once what has ended is gone: a thread that has handed over its result ends a moment later."""
    for _ in range(100):
        found = traces()
        await asyncio.sleep(0.05)
        if found == (traces() if as_before is None else as_before):
            break
    return found


@pytest.mark.slow
async def test_three_hundred_runs_leave_the_machine_as_it_was(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    commands = [
        Command(argv=("true",), workspace=workspace),
        Command(argv=("sh", "-c", "setsid sleep 100 & echo x >/tmp/x; exit 3"), workspace=workspace),
        Command(argv=("no-such-program",), workspace=workspace),
        Command(argv=("yes",), workspace=workspace, limits=Limits(output_bytes=1000)),
        Command(argv=("sleep", "9"), workspace=workspace, limits=Limits(wall_time_s=0.05)),
        Command(argv=("cat",), workspace=workspace, stdin=b"x" * 100_000, report=True, workspace_writable=False),
    ]
    await asyncio.gather(*map(sandbox.run, commands))
    await asyncio.sleep(0.1)
    before = await settled()
    for _ in range(50):
        await asyncio.gather(*map(sandbox.run, commands))
    assert await settled(as_before=before) == before


@pytest.mark.slow
@pytest.mark.parametrize("ceilings", ["best", "watched"])
async def test_ten_gigabytes_of_nothing_are_cut(ceilings: str, sandbox: BubblewrapSandbox, workspace: Path) -> None:
    if ceilings == "watched":
        sandbox = BubblewrapSandbox(replace(sandbox._host, ceilings=WatchedCeilings()))
    command = Command(argv=("head", "-c", "10G", "/dev/zero"), workspace=workspace, limits=Limits(output_bytes=MIB))
    result = await sandbox.run(command)
    assert (result.ending, result.output) == (Ending.OUTPUT_TRUNCATED, bytes(MIB))
    assert result.duration_s < 30


async def test_a_workspace_that_vanishes_meanwhile_is_survived(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    before = await settled()
    command = Command(argv=("sh", "-c", "touch started; sleep 1; touch late; exit 5"), workspace=workspace)
    running = asyncio.create_task(sandbox.run(command))
    while not (workspace / "started").exists():
        assert not running.done(), running
        await asyncio.sleep(0.01)
    shutil.rmtree(workspace)
    assert (await running).exit_status in {1, 5}
    assert not workspace.exists()
    assert await settled(as_before=before) == before


async def test_a_workspace_that_is_not_there_is_said(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    before = await settled()
    for place in (workspace / "missing", workspace / "file"):
        (workspace / "file").touch()
        with pytest.raises(AdapterError, match="workspace"):
            await sandbox.run(Command(argv=("true",), workspace=place))
    assert await settled(as_before=before) == before


@needs_root
@pytest.mark.slow
async def test_a_full_disk_is_an_ending_and_no_crash(sandbox: BubblewrapSandbox, tmp_path: Path) -> None:
    place = tmp_path / "full"
    place.mkdir()
    try:
        kernel.mount("journeyman-test", str(place), kind="tmpfs", options="size=2m")
    except OSError:
        pytest.skip("no file system can be mounted here")
    try:
        result = await sandbox.run(Command(argv=("sh", "-c", "head -c 8M /dev/zero >x; echo said"), workspace=place))
        assert b"No space left on device" in result.output
        assert b"said" in result.output
        assert result.ending is Ending.EXITED
    finally:
        await asyncio.to_thread(subprocess.run, ["umount", str(place)], check=True)


_WITHOUT = """
import ctypes, os, sys
# A filter that refuses what a container's often does: new user namespaces, or new filters.
import struct
kind, rest = sys.argv[1], sys.argv[2:]
libc = ctypes.CDLL(None, use_errno=True)
def stop(number): return [(0x15, 0, 1, number), (0x06, 0, 0, 0x00050001)]
code = [(0x20, 0, 0, 0)]
if kind == "namespaces":
    machine = {"x86_64": (272, 56, 435), "aarch64": (97, 220, 435)}[os.uname().machine]
    code += [(0x15, 0, 3, machine[1]), (0x20, 0, 0, 16), (0x45, 0, 1, 0x10000000), (0x06, 0, 0, 0x00050001), (0x20, 0, 0, 0)]
    code += stop(machine[0]) + [(0x15, 0, 1, machine[2]), (0x06, 0, 0, 0x00050026)]
else:
    code += stop({"x86_64": 317, "aarch64": 277}[os.uname().machine])
    code += [(0x15, 0, 3, {"x86_64": 157, "aarch64": 167}[os.uname().machine]), (0x20, 0, 0, 16), (0x15, 0, 1, 22), (0x06, 0, 0, 0x00050016), (0x20, 0, 0, 0)]
code += [(0x06, 0, 0, 0x7FFF0000)]
raw = b"".join(struct.pack("=HBBI", *line) for line in code)
buffer = ctypes.create_string_buffer(raw)
program = struct.pack("@HP", len(code), ctypes.addressof(buffer))
libc.prctl(38, 1, 0, 0, 0)
assert libc.prctl(22, 2, ctypes.c_char_p(program)) == 0, ctypes.get_errno()
os.execv(rest[0], rest)
"""


@pytest.mark.parametrize("refused", ["namespaces", "filters"])
def test_a_kernel_that_refuses_is_named_with_a_remedy(refused: str, workspace: Path) -> None:
    command = [sys.executable, "-m", "journeyman", "sandbox", "run", "--driver", "bubblewrap"]
    command += ["--workspace", str(workspace), "--", "true"]
    ran = subprocess.run(
        [sys.executable, "-c", _WITHOUT, refused, *command],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
        timeout=60,
    )
    assert ran.returncode == 2, ran.stderr
    assert "no sandbox works on this machine" in ran.stderr
    assert "user namespaces" in ran.stderr
    assert "Traceback" not in ran.stderr


def start(workspace: Path, *command: str) -> "subprocess.Popen[bytes]":
    line = [sys.executable, "-m", "journeyman", "sandbox", "run", "--workspace", str(workspace), "--", *command]
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    return subprocess.Popen(line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def alive(marker: str) -> list[str]:
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if marker.encode() in place.read_bytes():
                found.append(place.parent.name)
        except OSError:
            continue
    return found


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_at_any_stage_leaves_nothing(number: signal.Signals, workspace: Path) -> None:
    marker = f"marker-{os.getpid()}-{number}"
    (workspace / "own").write_text("own")
    for delay_s in (0.05, 0.3, 0.6, 0.9, 1.2):
        product = start(workspace, "sh", "-c", "touch made; setsid sleep 60 & sleep 60", marker)
        time.sleep(delay_s)
        product.send_signal(number)
        product.wait(timeout=30)
        deadline = time.monotonic() + 10
        while alive(marker) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert alive(marker) == [], delay_s
        assert all(path.lstat().st_uid == os.geteuid() for path in (workspace, *workspace.iterdir()))
        asyncio.run(_opened())  # sweeps what a killed one could not remove
        assert list(Path(tempfile.gettempdir()).glob(f"journeyman-*-{product.pid}-*")) == []
        assert groups_of(product.pid) == []
    assert (workspace / "own").read_text() == "own"


async def _opened() -> None:
    async with open_sandbox("", load_settings(environment={})):
        pass


def test_a_signal_gives_the_exit_code_of_that_signal(workspace: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        product = start(workspace, "sh", "-c", "touch started; sleep 60")
        while not (workspace / "started").exists():
            assert product.poll() is None
            time.sleep(0.01)
        product.send_signal(number)
        assert product.wait(timeout=30) == 128 + number
        (workspace / "started").unlink()
