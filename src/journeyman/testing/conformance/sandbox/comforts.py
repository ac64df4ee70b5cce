"""What a sandbox must leave possible: ordinary test suites need all of it."""
# ruff: noqa: D102 - the name of a test is its description

from pathlib import Path

from journeyman.domain.command import Limits
from journeyman.ports.sandbox import Sandbox
from journeyman.testing.conformance.sandbox.programs import SandboxPrograms, ended_well, limited


class SandboxComforts(SandboxPrograms):
    """Controls: a sandbox that forbids everything would pass the other suites."""

    async def test_threads_and_processes_run(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import multiprocessing, subprocess, sys, threading
            def double(n): return 2 * n
            results = []
            threads = [threading.Thread(target=results.append, args=(n,)) for n in range(16)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
            with multiprocessing.get_context("fork").Pool(4) as pool:
                doubled = sum(pool.map(double, results))
            said = subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, check=True).stdout
            print(doubled + int(said))
        """
        assert await self.answer(sandbox, self.program(source, workspace)) == 241

    async def test_servers_listen_on_loopback_by_name(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import http.server, threading, urllib.request
            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self): self.send_response(200); self.end_headers(); self.wfile.write(b"7")
                def log_message(self, *args): pass
            server = http.server.HTTPServer(("localhost", 0), Handler)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            print(urllib.request.urlopen(f"http://localhost:{server.server_port}").read().decode())
        """
        assert await self.answer(sandbox, self.program(source, workspace)) == 7

    async def test_unix_sockets_connect(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import os, socket, tempfile
            server = socket.socket(socket.AF_UNIX)
            server.bind(os.path.join(tempfile.mkdtemp(), "s"))
            server.listen()
            client = socket.socket(socket.AF_UNIX)
            client.connect(server.getsockname())
            left, right = socket.socketpair()
            left.send(b"5")
            print(right.recv(1).decode())
        """
        assert await self.answer(sandbox, self.program(source, workspace)) == 5

    async def test_temporary_files_home_and_shared_memory_are_writable(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import multiprocessing.shared_memory, os, pathlib, sqlite3, tempfile
            with tempfile.TemporaryDirectory() as directory:
                database = sqlite3.connect(os.path.join(directory, "d"))
                database.execute("create table t (x)")
                database.commit()
            (pathlib.Path.home() / "note").write_text("x")
            memory = multiprocessing.shared_memory.SharedMemory(create=True, size=4096)
            memory.close(); memory.unlink()
            print(1)
        """
        assert await self.answer(sandbox, self.program(source, workspace)) == 1

    async def test_streams_open_by_name_and_locks_lock(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import fcntl, os, pty
            lock = open("lock", "w")
            fcntl.flock(lock, fcntl.LOCK_EX)
            os.symlink("lock", "link")
            os.chmod("lock", 0o755)
            os.mkfifo("fifo")
            pty.openpty()
            print(3, file=open("/dev/stdout", "w"))
        """
        assert await self.answer(sandbox, self.program(source, workspace)) == 3

    async def test_writing_the_same_again_is_no_offence(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            for _ in range(8):
                open("file", "wb").write(bytes(8 * 2**20))
        """
        limits = Limits(wall_time_s=60.0, disk_bytes=16 * 2**20)
        assert ended_well(await sandbox.run(limited(self.program(source, workspace), limits)))
