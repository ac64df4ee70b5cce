"""The conformance suite against bubblewrap, as whoever runs the tests and as an ordinary user; and its own promises."""

import asyncio
import contextlib
import os
import re
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.bubblewrap import BubblewrapSandbox, open_sandbox
from journeyman.adapters.sandboxes.toolchain import python_mounts
from journeyman.domain.command import Command, Ending, Limits, Mount
from journeyman.domain.errors import AdapterError, UserError
from journeyman.settings import Settings, load_settings
from journeyman.testing.conformance.sandbox import SandboxConformance

HERE = Path(__file__).resolve().parent
ORDINARY_UID = 64123


@pytest.fixture
def settings() -> Settings:
    return load_settings(environment={})


@pytest.fixture
async def sandbox(settings: Settings) -> AsyncIterator[BubblewrapSandbox]:
    async with open_sandbox("", settings) as opened:
        yield opened


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "workspace"
    path.mkdir()
    return path


@pytest.mark.slow
class TestBubblewrap(SandboxConformance):
    interpreter = sys.executable
    mounts = python_mounts(Path(sys.executable))


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="the tests above have run as an ordinary user")
def test_conformance_as_an_ordinary_user_too() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        os.chown(temporary, ORDINARY_UID, ORDINARY_UID)
        options = ["-q", "-p", "no:cacheprovider", f"--basetemp={temporary}/pytest", "--rootdir", str(HERE.parents[2])]
        tests = [f"{HERE}/test_bubblewrap.py", f"{HERE}/test_warm.py", "-k", "not ordinary_user"]
        command = [sys.executable, f"{HERE}/as_ordinary_user.py", str(ORDINARY_UID), "-m", "pytest", *options, *tests]
        ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert ran.returncode == 0, ran.stdout
    assert re.search(r"^[1-9]\d\d passed", ran.stdout, re.MULTILINE), ran.stdout


def traces() -> tuple[set[str], set[str], set[str]]:
    """Return what a run could leave on the host: descriptors, children alive or dead, control groups."""
    own = f"journeyman-{os.getpid()}-"
    groups = {name for _, names, _ in os.walk("/sys/fs/cgroup") for name in names if name.startswith(own)}
    children = set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())
    return {path.name for path in Path("/proc/self/fd").iterdir()}, children, groups


def own_mounts() -> list[str]:
    """Return the mounts of this machine, without those that container engines come and go with."""
    lines = Path("/proc/self/mounts").read_text().splitlines()
    return [
        line
        for line in lines
        if not re.match(r"(overlay|nsfs|shm) |tmpfs /tmp/\w|\S+ \S*/(docker|containers|jm-[^/]*)/", line)
    ]


async def test_nothing_is_left_on_the_host(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    before, mounts = traces(), own_mounts()
    command = Command(
        argv=("sh", "-c", "sleep 100 & sleep 100 & touch /work/started; wait"),
        workspace=workspace,
        limits=Limits(wall_time_s=0.2),
    )
    assert (await sandbox.run(command)).ending is Ending.TIMED_OUT
    (workspace / "started").unlink()
    running = asyncio.create_task(sandbox.run(Command(argv=command.argv, workspace=workspace)))
    while not (workspace / "started").exists():
        assert not running.done(), running
        await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await sandbox.run(Command(argv=("no-such-program",), workspace=workspace))
    assert traces() == before
    assert own_mounts() == mounts


_SLEEPER = """
import asyncio, sys
from pathlib import Path
from journeyman.adapters.sandboxes.bubblewrap import open_sandbox
from journeyman.domain.command import Command
from journeyman.settings import load_settings
async def main():
    async with open_sandbox("", load_settings(environment={})) as sandbox:
        script = "setsid sleep 1000 & touch started; sleep 1000"
        await sandbox.run(Command(argv=("sh", "-c", script, sys.argv[2]), workspace=Path(sys.argv[1])))
asyncio.run(main())
"""


def processes_with(argument: str) -> list[str]:
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if argument.encode() in place.read_bytes().split(b"\0"):
                found.append(place.parent.name)
    return found


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
async def test_commands_die_with_the_product(how: signal.Signals, workspace: Path, settings: Settings) -> None:
    marker = f"marker-{secrets.token_hex()}"
    arguments = (sys.executable, "-c", _SLEEPER, str(workspace), marker)
    product = await asyncio.create_subprocess_exec(*arguments, stderr=subprocess.DEVNULL)
    while not (workspace / "started").exists():
        assert product.returncode is None
        await asyncio.sleep(0.01)
    inside = [pid for pid in processes_with(marker) if pid != str(product.pid)]
    assert inside
    product.send_signal(how)
    await product.wait()
    # A killed product cannot wait for its commands; the kernel needs a moment.
    for _ in range(1000):
        if not processes_with(marker):
            break
        await asyncio.sleep(0.01)
    assert processes_with(marker) == []
    async with open_sandbox("", settings):  # sweeps what a killed product left
        assert list(Path("/sys/fs/cgroup").glob(f"**/journeyman-{product.pid}-*")) == []


async def test_cancelling_at_any_moment_ends_the_command(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    command = Command(argv=("sh", "-c", "sleep 2; touch survived"), workspace=workspace)

    async def start_and_cancel(delay_s: float) -> None:
        running = asyncio.create_task(sandbox.run(command))
        await asyncio.sleep(delay_s)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    for moment in range(0, 40, 8):
        await asyncio.gather(*(start_and_cancel((moment + step) / 1000) for step in range(8)))
    assert not (workspace / "survived").exists()


async def test_a_sandbox_that_somebody_else_kills_says_so(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    marker = f"marker-{secrets.token_hex()}"
    script = "touch started; sleep 1000"
    running = asyncio.create_task(sandbox.run(Command(argv=("sh", "-c", script, marker), workspace=workspace)))
    while not (workspace / "started").exists():
        assert not running.done(), running
        await asyncio.sleep(0.01)
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    threads = Path("/proc/self/task").glob("*/children")
    children += [child for thread in threads for child in thread.read_text().split()]
    for pid in set(children) & set(processes_with(marker)):
        os.kill(int(pid), signal.SIGKILL)
    result = await running
    assert (result.ending, result.exit_status) == (Ending.KILLED, 137)


async def test_every_result_names_the_driver(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    result = await sandbox.run(Command(argv=("true",), workspace=workspace))
    assert re.fullmatch(r"bubblewrap \d+\.\d+\.\d+ \((cgroup v[12]|rlimits and a watchdog)\)", result.sandbox)


async def test_the_host_can_remove_what_a_command_left(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    script = "mkdir -p a/b && echo x >a/b/c && ln -s /etc/passwd a/l && mkfifo a/f && chmod 0 a/b/c a/b a ."
    await sandbox.run(Command(argv=("sh", "-c", script), workspace=workspace))
    assert (workspace / "a/b/c").read_text() == "x\n"
    shutil.rmtree(workspace)
    assert not workspace.exists()


@pytest.fixture
def passwd_mode() -> Iterator[int]:
    """Fail a test after which the host's own file has another mode."""
    mode = stat.S_IMODE(Path("/etc/passwd").stat().st_mode)
    yield mode
    assert stat.S_IMODE(Path("/etc/passwd").stat().st_mode) == mode


async def test_links_are_not_followed_when_rights_are_restored(
    sandbox: BubblewrapSandbox, workspace: Path, passwd_mode: int
) -> None:
    target = workspace.parent / "closed"
    target.touch(mode=0)
    await sandbox.run(Command(argv=("ln", "-s", str(target), "link"), workspace=workspace))
    await sandbox.run(Command(argv=("true",), workspace=workspace))
    found = target.stat()
    assert (stat.S_IMODE(found.st_mode), found.st_uid) == (0, os.geteuid())


async def test_a_second_name_of_a_host_file_keeps_its_owner(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    original = workspace.parent / "original"
    original.touch()
    os.link(original, workspace / "name")
    await sandbox.run(Command(argv=("true",), workspace=workspace))
    assert original.stat().st_uid == os.geteuid()


async def test_a_workspace_below_a_private_directory_is_reached(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    workspace.chmod(0o700)
    workspace.parent.chmod(0o700)
    (workspace / "file").write_text("private")
    (workspace / "file").chmod(0o600)
    for writable in (True, False):
        command = Command(argv=("cat", "file"), workspace=workspace, workspace_writable=writable)
        assert (await sandbox.run(command)).output == b"private"


async def test_settings_name_further_mounts(workspace: Path) -> None:
    tools = workspace.parent / "tools"
    tools.mkdir()
    (tools / "version").write_text("17")
    settings = load_settings(f'[sandbox]\nmounts = ["{tools}"]', environment={})
    async with open_sandbox("", settings) as sandbox:
        result = await sandbox.run(Command(argv=("cat", f"{tools}/version"), workspace=workspace))
    assert result.output == b"17"


async def test_a_mount_that_is_missing_is_said_before_anything_runs() -> None:
    settings = load_settings('[sandbox]\nmounts = ["/no/such/tools"]', environment={})
    with pytest.raises(UserError, match="/no/such/tools"):
        async with open_sandbox("", settings):
            raise AssertionError


async def test_a_nul_cannot_begin_an_option(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    for command in (
        Command(argv=("true",), workspace=workspace, env=(("A", "b\0--bind\0/\0/mnt"),)),
        Command(argv=("true", "a\0b"), workspace=workspace),
        Command(argv=(), workspace=workspace),
    ):
        with pytest.raises(UserError):
            await sandbox.run(command)


async def test_a_command_may_be_named_by_its_host_path(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    tool = workspace.parent / "tool"
    tool.write_text("#!/bin/sh\necho ran $0\n")
    tool.chmod(0o755)
    mounts = (Mount(source=tool, target="/opt/elsewhere"),)
    result = await sandbox.run(Command(argv=(str(tool),), workspace=workspace, mounts=mounts))
    assert result.output == b"ran /opt/elsewhere\n"


async def test_a_missing_workspace_is_an_error(sandbox: BubblewrapSandbox, tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="workspace"):
        await sandbox.run(Command(argv=("true",), workspace=tmp_path / "nothing"))


async def test_where_nothing_works_the_remedy_is_told(tmp_path: Path, settings: Settings) -> None:
    broken = tmp_path / "bwrap"
    broken.write_text(
        "#!/bin/sh\n[ \"$1\" = --version ] && echo 'bubblewrap 0.11.0' && exit\necho no namespaces here\nexit 1\n"
    )
    broken.chmod(0o755)
    with pytest.raises(UserError, match="no namespaces here") as caught:
        async with open_sandbox(str(broken), settings):
            raise AssertionError
    assert "Install bubblewrap" in caught.value.remedy


@pytest.mark.parametrize("said", ["bubblewrap 0.7.9", "something else 1.2", ""])
async def test_an_unsuitable_binary_is_refused(said: str, tmp_path: Path, settings: Settings) -> None:
    binary = tmp_path / "bwrap"
    binary.write_text(f"#!/bin/sh\necho '{said}'\n")
    binary.chmod(0o755)
    with pytest.raises(UserError, match=r"0\.8"):
        async with open_sandbox(str(binary), settings):
            raise AssertionError


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user has no way back to root")
async def test_no_process_of_a_sandbox_can_become_root_again(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    marker = f"marker-{secrets.token_hex()}"
    command = Command(argv=("sh", "-c", "touch started; sleep 1000; true", marker), workspace=workspace)
    for kept in (sandbox.warm(command), contextlib.nullcontext(sandbox)):
        async with kept as place:
            running = asyncio.create_task(place.run(command))
            while not (workspace / "started").exists():
                assert not running.done(), running
                await asyncio.sleep(0.01)
            (workspace / "started").unlink()
            for pid in processes_with(marker):  # bubblewrap and its process 1 too, which name what they run
                status = Path(f"/proc/{pid}/status").read_text()
                assert re.findall(r"^[UG]id:\t(.*)", status, re.MULTILINE) == ["\t".join(["64000"] * 4)] * 2
                assert re.search(r"^Groups:\s*$", status, re.MULTILINE)
                assert re.search(r"^CapPrm:\t0+$", status, re.MULTILINE)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    assert (os.getresuid(), os.getresgid()) == ((0, 0, 0), (0, 0, 0))
