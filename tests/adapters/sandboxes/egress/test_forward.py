"""The forwarder as it runs inside: a port of loopback that is the proxy, and a command that knows nothing of it."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.adapters.sandboxes.egress.conftest import Serve

from journeyman.adapters.sandboxes.egress import forward
from journeyman.adapters.sandboxes.egress.forward import proxied

ECHO = """
import json, os, socket, urllib.parse
proxy = urllib.parse.urlsplit(os.environ["HTTPS_PROXY"])
with socket.create_connection((proxy.hostname, proxy.port)) as client:
    client.sendall(b"CONNECT evil.example:443 HTTP/1.1\\r\\n\\r\\n")
    answer = b"".join(iter(lambda: client.recv(100), b""))
try:
    children = os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    children = None
print(json.dumps([answer.decode(), children, sorted(os.listdir("/proc/self/fd"))]))
"""


def run(socket: Path, *command: str) -> "subprocess.CompletedProcess[bytes]":
    argv = [sys.executable, "-I", "-S", forward.__file__, str(socket), *command]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as process:
        try:
            output, errors = process.communicate(timeout=30)
        finally:
            # In a sandbox the forwarder ends with it; here it is alone in its process group by now.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    return subprocess.CompletedProcess(argv, process.returncode, output, errors)


async def test_a_command_reaches_the_proxy_and_has_no_child(serve: Serve) -> None:
    async with serve("pypi.org") as served:
        done = await asyncio.to_thread(run, served.path, sys.executable, "-I", "-c", ECHO)
    answer, children, descriptors = json.loads(done.stdout)
    assert answer.startswith("HTTP/1.1 403 Forbidden\r\n")
    assert children is None
    # stdin, stdout, stderr, and the directory that is being listed.
    assert len(descriptors) == 4
    assert served.proxy.requests[0].host == "evil.example"


def test_a_command_ends_as_it_ends(tmp_path: Path) -> None:
    socket = tmp_path / "none.sock"
    assert run(socket, "sh", "-c", "exit 7").returncode == 7
    assert run(socket, "sh", "-c", "kill -SEGV $$").returncode == -signal.SIGSEGV
    # A shell that finds SIGPIPE ignored never gets it back.
    assert run(socket, "sh", "-c", "kill -PIPE $$; true").returncode == -signal.SIGPIPE
    missing = run(socket, "/no/such/program")
    assert (missing.returncode, missing.stderr) == (127, b"/no/such/program: No such file or directory\n")


def test_tools_find_the_proxy_and_loopback_without_it() -> None:
    environment = proxied({"MAVEN_OPTS": "-Xmx1g", "PATH": os.defpath}, 4321)
    assert environment["PATH"] == os.defpath
    assert environment["https_proxy"] == environment["HTTPS_PROXY"] == "http://127.0.0.1:4321"
    assert environment["MAVEN_OPTS"].startswith("-Xmx1g -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=4321 ")
    assert "localhost" in environment["NO_PROXY"]
