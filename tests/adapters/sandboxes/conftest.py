"""Daemons of our own for the tests of the container sandbox; they are skipped where none is installed."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

_START_TIMEOUT_S = 60.0
_PODMAN_CONFIGURATION = """
[containers]
default_ulimits = []
[engine]
runtime = "runc"
events_logger = "file"
cgroup_manager = "cgroupfs"
"""


@contextmanager
def serving(command: list[str], socket: Path, *, environment: dict[str, str] | None = None) -> Iterator[Path]:
    """Run a daemon until its socket is no longer needed; skip when it does not come up."""
    log = socket.with_suffix(".log")
    if setpriv := shutil.which("setpriv"):  # a test run that is killed leaves no daemon
        command = [setpriv, "--pdeathsig", "TERM", *command]
    with log.open("wb") as output:
        daemon = subprocess.Popen(
            command,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
            env={"PATH": os.defpath + ":/usr/sbin:/sbin", **(environment or {})},
            cwd=socket.parent,
        )
    try:
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not _answers(socket):
            if daemon.poll() is not None or time.monotonic() > deadline:
                pytest.skip(f"{command[0]} does not start here: {log.read_text(errors='replace')[-300:]}")
            time.sleep(0.1)
        yield socket
    finally:
        daemon.terminate()
        daemon.wait(30)


def _answers(socket: Path) -> bool:
    import docker
    import requests

    try:
        return socket.exists() and bool(docker.APIClient(base_url=f"unix://{socket}", version="1.41").ping())
    except (docker.errors.DockerException, requests.RequestException):
        return False


def _place(stack: ExitStack) -> Path:
    # Sockets have short names, and what a daemon leaves mounted must not be walked by pytest.
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jm-", ignore_cleanup_errors=True)))


@pytest.fixture(scope="session")
def docker_socket() -> Iterator[Path]:
    """Return the socket of a Docker daemon with nothing in it."""
    program = shutil.which("dockerd")
    if program is None or os.geteuid() != 0:
        pytest.skip("needs dockerd and root (Debian: apt install docker.io)")
    with ExitStack() as stack:
        place = _place(stack)
        command = [
            program,
            "--data-root",
            f"{place}/data",
            "--exec-root",
            f"{place}/exec",
            "-H",
            f"unix://{place}/d.sock",
        ]
        command += ["--pidfile", f"{place}/pid", "--bridge=none", "--iptables=false"]
        yield stack.enter_context(serving(command, place / "d.sock"))


@pytest.fixture(scope="session")
def podman_socket() -> Iterator[Path]:
    """Return the socket of a Podman service with nothing in it."""
    program = shutil.which("podman")
    if program is None or shutil.which("runc") is None or os.geteuid() != 0:
        pytest.skip("needs podman, runc and root (Debian: apt install podman runc)")
    with ExitStack() as stack:
        place = _place(stack)
        (place / "containers.conf").write_text(_PODMAN_CONFIGURATION)
        command = [program, "--root", f"{place}/root", "--runroot", f"{place}/run", "system", "service", "--time=0"]
        environment = {"CONTAINERS_CONF": f"{place}/containers.conf"}
        # Podman leaves its store mounted on itself.
        stack.callback(subprocess.run, ["umount", "-l", f"{place}/root/overlay"], stderr=subprocess.DEVNULL)
        yield stack.enter_context(
            serving([*command, f"unix://{place}/p.sock"], place / "p.sock", environment=environment)
        )
