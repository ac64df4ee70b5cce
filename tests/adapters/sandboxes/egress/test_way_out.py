"""A command in a real sandbox: its only way out leads through the proxy."""

import json
import os
import sys
import textwrap
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from tests.adapters.sandboxes.egress.conftest import Index

from journeyman.adapters.sandboxes.bubblewrap import BubblewrapSandbox, open_sandbox
from journeyman.adapters.sandboxes.egress import Egress, way_out
from journeyman.adapters.sandboxes.toolchain import python_mounts
from journeyman.domain.command import Command, CommandResult, Mount, Network
from journeyman.domain.errors import UserError
from journeyman.settings import load_settings

HERE = Path(sys.executable)
ASK = """
import json, os, socket, ssl, sys, urllib.error, urllib.request

def outcome(work):
    try:
        return work()
    except OSError as error:
        return f"{type(error).__name__}: {error}"

def ask(host, port, name):
    proxy = urllib.request.urlsplit(os.environ["https_proxy"])
    raw = socket.create_connection((proxy.hostname, proxy.port), timeout=20)
    raw.sendall(f"CONNECT {host}:{port} HTTP/1.1\\r\\n\\r\\n".encode())
    answer = raw.recv(4096).decode()
    if not answer.startswith("HTTP/1.1 200 "):
        return answer.splitlines()[-1]
    context = ssl.create_default_context(cafile="/opt/authority.pem")
    with context.wrap_socket(raw, server_hostname=name) as server:
        server.sendall(b"hello\\n")
        return server.recv(100).decode()

port = int(sys.argv[1])
print(json.dumps({
    "allowed": outcome(lambda: ask("localhost", port, "localhost")),
    "fronted": outcome(lambda: ask("localhost", port, "other.example.org")),
    "other": outcome(lambda: ask("evil.example", 443, "evil.example")),
    "past the proxy": outcome(lambda: socket.create_connection(("127.0.0.1", port), timeout=5)),
    "outside": outcome(lambda: socket.create_connection(("1.1.1.1", 443), timeout=5)),
    "sockets": sorted(os.listdir("/run")),
}))
"""


@pytest.fixture
async def sandbox() -> AsyncIterator[BubblewrapSandbox]:
    settings = load_settings('[sandbox]\nprivate_hosts = ["localhost"]', environment={})
    async with open_sandbox("", settings) as opened:
        yield opened


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "workspace"
    path.mkdir()
    return path


def python(source: str, workspace: Path, *arguments: object, allow: tuple[str, ...] = ()) -> Command:
    argv = (str(HERE), "-I", "-c", textwrap.dedent(source), *map(str, arguments))
    return Command(argv=argv, workspace=workspace, mounts=python_mounts(HERE), network=Network(allow=allow))


def said(result: CommandResult) -> object:
    assert result.exit_status == 0, result
    return json.loads(result.output)


async def test_what_is_on_the_list_is_reached_and_nothing_else(
    sandbox: BubblewrapSandbox, workspace: Path, tmp_path: Path, index: Index, authority: trustme.CA
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    (tmp_path / "authority.pem").chmod(0o644)
    command = python(ASK, workspace, index.port, allow=(f"localhost:{index.port}",))
    shown = Mount(source=tmp_path / "authority.pem", target="/opt/authority.pem")
    result = await sandbox.run(replace(command, mounts=(*command.mounts, shown)))
    answers = said(result)
    assert isinstance(answers, dict)
    assert answers["allowed"] == "hello?\n"
    assert "ACCESS_DENIED" in answers["fronted"].upper().replace(" ", "_")
    assert answers["other"] == "the host is not on the list"
    assert "refused" in answers["past the proxy"]
    assert "unreachable" in answers["outside"]
    assert answers["sockets"] == ["egress.sock"]
    assert [(request.host, request.allowed) for request in result.requests] == [
        ("localhost", True),
        ("localhost", False),
        ("evil.example", False),
    ]


async def test_a_command_ends_as_without_a_way_out(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    for source, status in (("raise SystemExit(3)", 3), ("import os; os.kill(os.getpid(), 11)", 139)):
        assert (await sandbox.run(python(source, workspace, allow=("pypi.org",)))).exit_status == status
    missing = Command(argv=("/no/such/program",), workspace=workspace, network=Network(allow=("pypi.org",)))
    result = await sandbox.run(missing)
    assert (result.exit_status, result.requests) == (127, ())


async def test_without_a_list_there_is_no_proxy(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    source = """
        import json, os
        print(json.dumps([os.path.exists("/run/egress.sock"), [name for name in os.environ if "proxy" in name.lower()]]))
    """
    assert said(await sandbox.run(python(source, workspace))) == [False, []]


async def test_a_list_of_patterns_is_refused(sandbox: BubblewrapSandbox, workspace: Path) -> None:
    with pytest.raises(UserError, match="cannot be allowed"):
        await sandbox.run(python("", workspace, allow=("*.pypi.org",)))


async def test_the_socket_goes_with_the_command(workspace: Path) -> None:
    async with way_out(python("", workspace, allow=("pypi.org",)), Egress()) as way:
        (socket,) = (mount.source for mount in way.command.mounts if mount.target == "/run/egress.sock")
        assert socket.is_socket()
        # Others on this machine do not reach it.
        assert socket.parent.stat().st_mode & 0o077 == 0
        assert len(os.fsencode(socket)) < 108
        assert way.command.network == Network()
    assert not socket.parent.exists()
