"""The conformance suite against containers of a real Docker and a real Podman, and the driver's own promises."""

import asyncio
import re
import sys
import textwrap
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from journeyman.adapters.sandboxes.container import ContainerSandbox, open_sandbox
from journeyman.adapters.sandboxes.containers.daemon import find_daemon
from journeyman.adapters.sandboxes.containers.gauge import DaemonGauge
from journeyman.adapters.sandboxes.containers.image import find_image
from journeyman.adapters.sandboxes.toolchain import python_mounts
from journeyman.domain.command import Command, Ending, Limits, Network
from journeyman.domain.errors import UserError
from journeyman.settings import Settings, load_settings
from journeyman.testing.conformance.sandbox import SandboxConformance
from journeyman.testing.conformance.sandbox.programs import started

pytestmark = pytest.mark.slow


@pytest.fixture
def settings() -> Settings:
    return load_settings(environment={})


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "workspace"
    path.mkdir()
    return path


class TestDocker(SandboxConformance):
    interpreter = sys.executable
    mounts = python_mounts(Path(sys.executable))

    @pytest.fixture
    async def sandbox(self, docker_socket: Path, settings: Settings) -> AsyncIterator[ContainerSandbox]:
        async with open_sandbox(f"unix://{docker_socket}", settings) as opened:
            yield opened


class TestPodman(SandboxConformance):
    """All but what the driver declares: /proc is writable where its own user's is, and files are not counted."""

    test_kernel_settings_are_not_writable = None  # type: ignore[assignment] # /proc/self/oom_score_adj is
    test_who_is_killed_first = None
    test_a_flood_of_files_is_bounded = None  # type: ignore[assignment] # but for their memory
    test_a_flood_of_files_in_the_workspace_is_bounded = None  # type: ignore[assignment]
    interpreter = sys.executable
    mounts = python_mounts(Path(sys.executable))

    @pytest.fixture
    async def sandbox(self, podman_socket: Path, settings: Settings) -> AsyncIterator[ContainerSandbox]:
        async with open_sandbox(f"unix://{podman_socket}", settings) as opened:
            yield opened


async def test_podman_leaves_nothing_writable_but_what_it_declares(
    podman_socket: Path, settings: Settings, workspace: Path
) -> None:
    script = "for at in sys/kernel/core_pattern sysrq-trigger self/oom_score_adj; do [ -w /proc/$at ] && echo $at; done"
    async with open_sandbox(f"unix://{podman_socket}", settings) as sandbox:
        result = await sandbox.run(shell(script, workspace))
        assert any("oom_score_adj" in lack for lack in sandbox.declaration.weaker)
    assert result.output == b"self/oom_score_adj\n"


@pytest.fixture
async def sandbox(docker_socket: Path, settings: Settings) -> AsyncIterator[ContainerSandbox]:
    async with open_sandbox(f"unix://{docker_socket}", settings) as opened:
        yield opened


@pytest.fixture
def client(docker_socket: Path) -> Any:
    docker = pytest.importorskip("docker")
    return docker.APIClient(base_url=f"unix://{docker_socket}", version="auto")


def shell(script: str, workspace: Path, *, limits: Limits | None = None) -> Command:
    return Command(argv=("sh", "-c", script), workspace=workspace, limits=limits or Limits(wall_time_s=60.0))


def left_on(client: Any) -> tuple[int, int]:
    """Return how many containers and volumes there are."""
    return len(client.containers(all=True)), len(client.volumes()["Volumes"] or [])


async def test_nothing_is_left_on_the_daemon(sandbox: ContainerSandbox, workspace: Path, client: Any) -> None:
    before = left_on(client)
    limits = Limits(wall_time_s=0.5)
    assert (await sandbox.run(shell("sleep 60 & sleep 60", workspace, limits=limits))).ending is Ending.TIMED_OUT
    running = await started(sandbox, shell("echo here; sleep 60", workspace))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    async with sandbox.warm(shell("", workspace)) as warm:
        await warm.run(shell("exit 3", workspace))
    with pytest.raises(UserError):
        await sandbox.run(Command(argv=("a\0b",), workspace=workspace))
    assert left_on(client) == before


async def test_a_container_dies_with_its_owner_and_is_swept(
    docker_socket: Path, workspace: Path, client: Any, settings: Settings
) -> None:
    before = left_on(client)
    script = """
        import asyncio, sys
        from pathlib import Path
        from journeyman.adapters.sandboxes.container import open_sandbox
        from journeyman.domain.command import Command
        from journeyman.settings import load_settings
        async def say(piece): print(piece, flush=True)
        async def main():
            async with open_sandbox(sys.argv[1], load_settings(environment={})) as sandbox:
                command = Command(argv=("sh", "-c", "echo here; sleep 1000"), workspace=Path(sys.argv[2]))
                await sandbox.run(command, listener=say)
        asyncio.run(main())
    """
    product = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", textwrap.dedent(script), f"unix://{docker_socket}", str(workspace)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert product.stdout is not None
    assert await product.stdout.readline()
    product.kill()
    await product.wait()
    for _ in range(300):
        if not client.containers():
            break
        await asyncio.sleep(0.1)
    assert client.containers() == [], "still running"
    assert left_on(client) != before
    async with open_sandbox(f"unix://{docker_socket}", settings):
        assert left_on(client) == before


async def test_a_full_disk_has_a_name(sandbox: ContainerSandbox, workspace: Path) -> None:
    limits = Limits(wall_time_s=60.0, disk_bytes=16 * 2**20)
    result = await sandbox.run(shell("head -c 64M /dev/zero >big", workspace, limits=limits))
    assert result.ending is Ending.DISK_FULL
    assert (workspace / "big").stat().st_size < 16 * 2**20


async def test_cpu_time_has_a_ceiling(sandbox: ContainerSandbox, workspace: Path) -> None:
    limits = Limits(wall_time_s=60.0, cpu_time_s=1.0)
    result = await sandbox.run(shell("while :; do :; done & while :; do :; done", workspace, limits=limits))
    assert result.ending is Ending.TIMED_OUT
    assert result.duration_s < 30


async def test_what_a_fork_bomb_left_is_read_back(sandbox: ContainerSandbox, workspace: Path) -> None:
    bomb = "echo x >before; bomb() { bomb | bomb & }; bomb; sleep 20"
    result = await sandbox.run(shell(bomb, workspace, limits=Limits(wall_time_s=60.0, processes=32)))
    assert result.ending is Ending.TOO_MANY_PROCESSES
    assert (workspace / "before").read_text() == "x\n"


_FORKS = """
    import os, time
    try:
        while os.fork():
            pass
    except OSError:
        pass
    time.sleep(99)
"""


async def test_without_the_kernels_counts_the_daemon_is_asked(
    sandbox: ContainerSandbox, workspace: Path, docker_socket: Path, settings: Settings
) -> None:
    """A daemon in a virtual machine has no groups here: the same endings come from its own figures."""
    daemon = await find_daemon(f"unix://{docker_socket}", settings)
    created = daemon.client.create_container_from_config(
        {
            "Image": (await find_image(daemon, "")).digest,
            "Cmd": ["/usr/bin/python3", "-c", textwrap.dedent(_FORKS)],
            "HostConfig": {
                "NetworkMode": "none",
                "PidsLimit": 8,
                "Memory": 64 * 2**20,
                "Mounts": [{"Type": "bind", "Source": "/usr", "Target": "/usr", "ReadOnly": True}],
            },
        }
    )
    try:
        daemon.client.start(created["Id"])
        gauge, reached = DaemonGauge(daemon, created["Id"]), None
        await gauge.reset(None)
        for _ in range(50):
            if reached := await gauge.reached():
                break
            await asyncio.sleep(0.1)
        assert reached is Ending.TOO_MANY_PROCESSES
    finally:
        daemon.client.remove_container(created["Id"], force=True)
    assert await gauge.reached() is None


async def test_a_warm_container_sees_what_the_host_changes(sandbox: ContainerSandbox, workspace: Path) -> None:
    (workspace / "gone").write_text("1")
    async with sandbox.warm(shell("", workspace)) as warm:
        assert (await warm.run(shell("cat gone; echo made >made; touch /tmp/kept", workspace))).output == b"1"
        (workspace / "new").write_text("2")
        (workspace / "made").write_text("3")
        assert (await warm.run(shell("cat new made; ls /tmp", workspace))).output == b"23kept\n"
        (workspace / "gone").unlink()
        assert (await warm.run(shell("ls", workspace))).output == b"made\nnew\n"


async def test_a_network_cannot_be_asked_for(sandbox: ContainerSandbox, workspace: Path) -> None:
    with pytest.raises(UserError, match=r"pypi\.org"):
        await sandbox.run(replace(shell("", workspace), network=Network(allow=("pypi.org",))))


async def test_it_says_what_is_weaker(sandbox: ContainerSandbox) -> None:
    said = sandbox.declaration
    assert re.fullmatch(r"container \(docker [\w.+~-]+\)", said.driver)
    assert any("daemon is root" in lack for lack in said.weaker)


@pytest.mark.parametrize(
    ("toml", "problem"),
    [
        ('[sandbox]\nimage = "no-such-image:1"', "is not pulled"),
        ('[sandbox]\nruntime = "no-such-runtime"', "no runtime no-such-runtime"),
        ('[sandbox]\nmounts = ["/no/such/tools"]', "/no/such/tools"),
    ],
)
async def test_what_cannot_be_had_is_told(docker_socket: Path, toml: str, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        async with open_sandbox(f"unix://{docker_socket}", load_settings(toml, environment={})):
            raise AssertionError


@pytest.mark.parametrize("rest", ["unix:///no/such.sock", "nerdctl"])
async def test_without_a_daemon_the_remedy_is_told(rest: str, settings: Settings) -> None:
    with pytest.raises(UserError) as caught:
        async with open_sandbox(rest, settings):
            raise AssertionError
    assert "container:" in caught.value.remedy


async def test_an_image_that_declares_volumes_is_refused(client: Any, docker_socket: Path) -> None:
    image = client.import_image_from_data(b"\0" * 1024, repository="volumes", tag="1", changes=["VOLUME /data"])
    assert image
    with pytest.raises(UserError, match="declares volumes"):
        async with open_sandbox(
            f"unix://{docker_socket}", load_settings('[sandbox]\nimage = "volumes:1"', environment={})
        ):
            raise AssertionError
