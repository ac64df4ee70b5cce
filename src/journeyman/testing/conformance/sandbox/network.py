"""What a sandbox promises about the network: nothing further than the hosts a command names."""
# ruff: noqa: D102 - the name of a test is its description

from dataclasses import replace
from pathlib import Path

from journeyman.domain.command import Command, Network
from journeyman.domain.errors import UserError
from journeyman.ports.sandbox import Sandbox, declaration_of
from journeyman.testing.conformance.sandbox.programs import SandboxPrograms

_ASK = """
import json, os, socket, sys
from urllib.parse import urlsplit
proxy = urlsplit(os.environ["HTTPS_PROXY"])
answers = []
for line in sys.argv[1:]:
    with socket.create_connection((proxy.hostname, proxy.port), timeout=30) as client:
        client.sendall(line.encode() + b"\\r\\n\\r\\n")
        answers.append(client.recv(4096).decode().split(" ")[1])
try:
    socket.create_connection(("192.0.2.1", 443), timeout=5)
except OSError:
    answers.append("no other way")
print(json.dumps(answers))
"""
_NOWHERE = "journeyman.invalid"
"""A name that the domain name system has set aside for not being there."""


class SandboxNetwork(SandboxPrograms):
    """Commands that name hosts."""

    async def test_a_named_host_is_the_only_way_out(self, sandbox: Sandbox, workspace: Path) -> None:
        lines = (
            f"CONNECT {_NOWHERE}:443 HTTP/1.1",
            "CONNECT other.invalid:443 HTTP/1.1",
            "CONNECT 192.0.2.1:443 HTTP/1.1",
            f"GET http://{_NOWHERE}/ HTTP/1.1",
        )
        command = replace(self.program(_ASK, workspace, *lines), network=Network(allow=(_NOWHERE,)))
        if await _refuses(sandbox, command):
            return
        assert await self.answer(sandbox, command) == ["502", "403", "403", "403", "no other way"]

    async def test_every_request_is_told(self, sandbox: Sandbox, workspace: Path) -> None:
        program = self.program(_ASK, workspace, "CONNECT other.invalid:443 HTTP/1.1")
        command = replace(program, network=Network(allow=(_NOWHERE,)))
        if await _refuses(sandbox, command):
            return
        result = await sandbox.run(command)
        assert [(request.host, request.port, request.allowed) for request in result.requests] == [
            ("other.invalid", 443, False)
        ]
        assert (await sandbox.run(self.program("", workspace))).requests == ()


async def _refuses(sandbox: Sandbox, command: Command) -> bool:
    """Hold a driver that declares no way out to its word: it must refuse, not run the command without."""
    if declaration_of(sandbox).allows_hosts:
        return False
    try:
        await sandbox.run(command)
    except UserError:
        return True
    raise AssertionError("a command that names hosts ran in a sandbox that cannot hold it to them")
