"""What a command must not reach. Each of these fails on a runner that only starts a subprocess."""
# ruff: noqa: D102 - the name of a test is its description

import contextlib
import os
import secrets
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from journeyman.ports.sandbox import Sandbox
from journeyman.testing.conformance.sandbox.programs import SandboxPrograms

_ORDINARY_NAMES = {"PATH", "HOME", "TMPDIR", "LANG", "LC_CTYPE", "PWD"}


class SandboxIsolation(SandboxPrograms):
    """Secrets, files, descriptors, processes, network, kernel."""

    async def test_environment_is_empty(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import json, os, pathlib
            names = set(os.environ)
            for place in pathlib.Path("/proc").glob("[0-9]*/environ"):
                try:
                    names |= {part.split("=")[0] for part in place.read_text(errors="replace").split("\\0") if part}
                except OSError:
                    pass
            print(json.dumps(sorted(names)))
        """
        names = await self.answer(sandbox, self.program(source, workspace))
        assert isinstance(names, list)
        assert set(names) <= _ORDINARY_NAMES

    async def test_processes_of_the_host_are_hidden_and_no_value_is_in_a_command_line(
        self, sandbox: Sandbox, workspace: Path
    ) -> None:
        source = """
            import os, pathlib
            for place in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                if place.parent.name != str(os.getpid()):
                    os.write(1, place.read_bytes() + b"\\n")
        """
        value = secrets.token_hex()
        result = await sandbox.run(replace(self.program(source, workspace), env=(("VALUE", value),)))
        seen = result.output.splitlines()
        assert Path("/proc/self/cmdline").read_bytes() not in seen
        assert not any(value.encode() in line or str(workspace).encode() in line for line in seen)

    async def test_files_of_the_host_are_hidden(self, sandbox: Sandbox, workspace: Path) -> None:
        secret = workspace.parent / "secret"
        secret.write_text("secret")
        source = """
            import json, os, sys
            def is_empty_directory(path): return os.path.isdir(path) and not os.listdir(path)
            seen = [path for path in sys.argv[1:] if os.path.lexists(path) and not is_empty_directory(path)]
            print(json.dumps(seen + os.listdir(os.path.expanduser("~"))))
        """
        paths = (secret, "/etc/shadow", "/etc/ssh", "/run", "/var/lib", "/var/log", "/sys/class", "/boot")
        assert await self.answer(sandbox, self.program(source, workspace, *paths)) == []

    async def test_open_files_of_the_host_are_not_inherited(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import json, os
            descriptors = [int(name) for name in os.listdir("/proc/self/fd")]
            print(json.dumps([d for d in descriptors if d > 2 and os.path.exists(f"/proc/self/fd/{d}")]))
        """
        (workspace.parent / "secret").write_text("secret")
        with (workspace.parent / "secret").open() as file:
            os.set_inheritable(file.fileno(), True)
            assert await self.answer(sandbox, self.program(source, workspace)) == []

    async def test_nothing_is_writable_beside_the_workspace(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import json, os, sys
            made = []
            for directory in sys.argv[1:]:
                path = os.path.join(directory, "journeyman-was-here")
                try:
                    open(path, "x").close()
                    os.unlink(path)
                    made.append(directory)
                except OSError:
                    pass
            print(json.dumps(made))
        """
        places = (workspace.parent, "/", "/usr", "/usr/bin", "/etc", "/dev", "/proc", "/opt", "/var", sys.prefix)
        assert await self.answer(sandbox, self.program(source, workspace, *places)) == []

    async def test_a_read_only_workspace_stays_as_it_is(self, sandbox: Sandbox, workspace: Path) -> None:
        (workspace / "file").write_text("before")
        source = """
            import os
            for change in (lambda: open("file", "w"), lambda: open("new", "w"), lambda: os.unlink("file"),
                           lambda: os.chmod("file", 0o777), lambda: os.rename("file", "other")):
                try:
                    change()
                except OSError:
                    pass
        """
        mode = (workspace / "file").stat().st_mode
        await sandbox.run(replace(self.program(source, workspace), workspace_writable=False))
        assert [path.name for path in workspace.iterdir()] == ["file"]
        assert (workspace / "file").read_text() == "before"
        assert (workspace / "file").stat().st_mode == mode

    async def test_a_planted_link_leads_nowhere(self, sandbox: Sandbox, workspace: Path) -> None:
        outside = workspace.parent / "outside"
        outside.mkdir()
        (outside / "file").write_text("before")
        (outside / "file").chmod(0o640)
        before = (outside / "file").stat()
        plant = """
            import os, sys
            for name in ("tmp", "etc", "usr", "home", "dev", "link"):
                os.symlink(sys.argv[1], name)
            os.symlink(sys.argv[1] + "/file", "file")
            os.symlink(sys.argv[1], "x" * 100)
        """
        use = """
            import os
            for change in (lambda: open("link/new", "w"), lambda: open("file", "w"), lambda: os.chmod("file", 0o777)):
                try:
                    change()
                except OSError:
                    pass
        """
        await sandbox.run(self.program(plant, workspace, outside))
        await sandbox.run(self.program(use, workspace))
        after = (outside / "file").stat()
        assert [path.name for path in outside.iterdir()] == ["file"]
        assert (after.st_size, after.st_mode, after.st_uid) == (before.st_size, before.st_mode, before.st_uid)

    async def test_no_file_becomes_set_uid(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import os
            for make in (lambda: os.chmod("a", 0o6755), lambda: os.mknod("b", 0o106755),
                         lambda: os.close(os.open("c", os.O_CREAT | os.O_WRONLY, 0o6755))):
                try:
                    open("a", "w").close()
                    make()
                except OSError:
                    pass
        """
        await sandbox.run(self.program(source, workspace))
        assert [path.name for path in workspace.iterdir() if path.stat().st_mode & 0o6000] == []

    async def test_kernel_settings_are_not_writable(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import json, os
            opened = []
            for path in ("sys/kernel/core_pattern", "sys/kernel/hostname", "sys/vm/swappiness", "sysrq-trigger",
                         "self/oom_score_adj", "1/oom_score_adj"):
                try:
                    os.close(os.open("/proc/" + path, os.O_WRONLY))
                    opened.append(path)
                except OSError:
                    pass
            print(json.dumps(opened))
        """
        assert await self.answer(sandbox, self.program(source, workspace)) == []

    async def test_no_privilege_is_left_nor_to_be_had(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import ctypes, json, os, socket
            status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines())
            had = [name for name in ("CapEff", "CapPrm", "CapAmb") if int(status[name], 16)]
            had += [] if status["NoNewPrivs"] == "1" else ["new privileges"]
            had += [] if os.getuid() else ["uid 0"]
            libc = ctypes.CDLL(None)
            had += [] if libc.unshare(0x10000000) else ["user namespace"]
            had += [] if libc.ptrace(0, 0, 0, 0) else ["ptrace"]
            for family in ("AF_VSOCK", "AF_PACKET", "AF_ALG"):
                try:
                    socket.socket(getattr(socket, family), socket.SOCK_STREAM).close()
                    had.append(family)
                except OSError:
                    pass
            print(json.dumps(had))
        """
        assert await self.answer(sandbox, self.program(source, workspace)) == []

    async def test_the_host_is_not_reachable_by_network(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import json, socket, sys
            reached = []
            tcp, udp, abstract = sys.argv[1:]
            for family, address in ((socket.AF_INET, ("127.0.0.1", int(tcp))), (socket.AF_UNIX, "\\0" + abstract)):
                try:
                    socket.socket(family).connect(address)
                    reached.append(str(address))
                except OSError:
                    pass
            socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", int(udp)))
            for host in ("192.0.2.1", "169.254.169.254", "2001:db8::1"):
                try:
                    socket.create_connection((host, 53), timeout=1)
                    reached.append(host)
                except TimeoutError:
                    reached.append(host + " (a route)")
                except OSError:
                    pass
            try:
                reached.append(socket.getaddrinfo("example.com", 80))
            except OSError:
                pass
            print(json.dumps([reached, [name for _, name in socket.if_nameindex()]]))
        """
        with _listening() as (tcp, udp, abstract):
            ports = (tcp.getsockname()[1], udp.getsockname()[1], abstract.getsockname()[1:].decode())
            assert await self.answer(sandbox, self.program(source, workspace, *ports)) == [[], ["lo"]]
            udp.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                assert not udp.recv(1)

    async def test_no_process_outlives_its_command(self, sandbox: Sandbox, workspace: Path) -> None:
        marker = f"journeyman-{secrets.token_hex()}"
        source = """
            import os, subprocess, sys
            wait = [sys.executable, "-I", "-c", "import time; time.sleep(20)", sys.argv[1]]
            for _ in range(3):
                subprocess.Popen(wait, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if os.fork() == 0 and os.setsid() and os.fork() == 0:
                os.execv(wait[0], wait)
        """
        await sandbox.run(self.program(source, workspace, marker))
        survivors = _processes_with(marker)
        for pid in survivors:
            os.kill(pid, signal.SIGKILL)
        assert survivors == []


@contextlib.contextmanager
def _listening() -> Iterator[tuple[socket.socket, socket.socket, socket.socket]]:
    """Listen on the host by TCP, UDP and an abstract Unix socket."""
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(type=socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        udp.bind(("127.0.0.1", 0))
        abstract.bind("\0journeyman-" + secrets.token_hex())
        abstract.listen()
        yield tcp, udp, abstract


def _processes_with(argument: str) -> list[int]:
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if argument.encode() in place.read_bytes().split(b"\0"):
                found.append(int(place.parent.name))
    return found
