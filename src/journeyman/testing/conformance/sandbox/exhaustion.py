"""Using the machine up: disk, memory in all its forms, threads, CPU time, patience."""
# ruff: noqa: D102 - the name of a test is its description

import asyncio
import time
from pathlib import Path

from journeyman.domain.command import CommandResult, Ending, Limits
from journeyman.ports.sandbox import Sandbox
from journeyman.testing.conformance.sandbox.programs import SandboxPrograms, limited

_MIB = 2**20
# As in `ceilings`, every program ends by itself, so that a sandbox without the limit fails and nothing else.
_FILL = """
import os, sys, time
directory, parts, unlink = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "unlink"
held = []
for number in range(parts):
    path = os.path.join(directory, f"part-{number}")
    file = open(path, "wb", buffering=0)
    file.write(bytes(2**20))
    held += [file] if unlink else []
    if unlink: os.unlink(path)
    time.sleep(0.005)
time.sleep(1)
"""
_FLOOD = """
import os, sys, time
for number in range(int(sys.argv[2])):
    os.close(os.open(f"{sys.argv[1]}/f{number}", os.O_CREAT | os.O_WRONLY))
time.sleep(1)
"""
_HOLD = """
import ctypes, mmap, os, sys, threading, time
kind, pieces = sys.argv[1], int(sys.argv[2])
held = []
for _ in range(pieces):
    if kind == "memfd":
        file = os.memfd_create("x")
        os.write(file, b"x" * 2**23)
    elif kind == "shared":
        area = mmap.mmap(-1, 2**23)
        area.write(b"x" * 2**23)
        held.append(area)
    elif kind == "segment":
        libc = ctypes.CDLL(None)
        libc.shmat.restype = ctypes.c_void_p
        number = libc.shmget(0, 2**23, 0o1600)
        if number < 0: break
        at = libc.shmat(number, None, 0)
        libc.shmctl(number, 0, None)
        ctypes.memset(at, 1, 2**23)
        held.append(number)
    time.sleep(0.01)
time.sleep(1)
print(len(held))
"""
_UNWILLING = """
import os, signal, sys, time
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
deadline = time.monotonic() + float(sys.argv[2])
if sys.argv[1] == "stopped":
    if os.fork() == 0:
        time.sleep(2)
        os.kill(os.getppid(), signal.SIGCONT)
        os._exit(0)
    os.kill(os.getpid(), signal.SIGSTOP)
elif sys.argv[1] == "hopping":
    while time.monotonic() < deadline:
        if os.fork(): os._exit(0)
        os.setsid()
        time.sleep(0.01)
elif sys.argv[1] == "silent":
    os.closerange(0, 3)
while time.monotonic() < deadline: time.sleep(0.1)
open("survived", "w").close()
"""


class SandboxExhaustion(SandboxPrograms):
    """Disk, files, memory without an owner, threads, CPU time."""

    async def fill(self, sandbox: Sandbox, workspace: Path, place: str, how: str = "keep") -> CommandResult:
        """Write 48 MiB where 16 MiB are allowed."""
        limits = Limits(wall_time_s=60.0, disk_bytes=16 * _MIB)
        return await sandbox.run(limited(self.program(_FILL, workspace, place, 48, how), limits))

    async def test_the_workspace_is_bounded_in_all(self, sandbox: Sandbox, workspace: Path) -> None:
        result = await self.fill(sandbox, workspace, ".")
        assert result.ending is Ending.DISK_FULL
        assert sum(path.stat().st_size for path in workspace.iterdir()) < 40 * _MIB

    async def test_files_without_a_name_count(self, sandbox: Sandbox, workspace: Path) -> None:
        limits = Limits(wall_time_s=60.0, disk_bytes=4 * _MIB)
        result = await sandbox.run(limited(self.program(_FILL, workspace, ".", 48, "unlink"), limits))
        assert result.ending is Ending.DISK_FULL

    async def test_temporary_files_are_bounded(self, sandbox: Sandbox, workspace: Path) -> None:
        assert (await self.fill(sandbox, workspace, "/tmp")).ending is Ending.DISK_FULL

    async def test_shared_memory_files_are_bounded(self, sandbox: Sandbox, workspace: Path) -> None:
        assert (await self.fill(sandbox, workspace, "/dev/shm")).ending is Ending.DISK_FULL

    async def test_a_flood_of_files_is_bounded(self, sandbox: Sandbox, workspace: Path) -> None:
        limits = Limits(wall_time_s=60.0, new_files=1000)
        result = await sandbox.run(limited(self.program(_FLOOD, workspace, "/tmp", 4000), limits))
        assert result.ending is Ending.DISK_FULL

    async def test_a_flood_of_files_in_the_workspace_is_bounded(self, sandbox: Sandbox, workspace: Path) -> None:
        limits = Limits(wall_time_s=60.0, new_files=500)
        result = await sandbox.run(limited(self.program(_FLOOD, workspace, ".", 2000), limits))
        assert result.ending is Ending.DISK_FULL

    async def hold(self, sandbox: Sandbox, workspace: Path, kind: str) -> CommandResult:
        """Hold 192 MiB where 96 MiB are allowed."""
        limits = Limits(wall_time_s=60.0, memory_bytes=96 * _MIB)
        return await sandbox.run(limited(self.program(_HOLD, workspace, kind, 24), limits))

    async def test_memory_files_without_a_name_count(self, sandbox: Sandbox, workspace: Path) -> None:
        assert (await self.hold(sandbox, workspace, "memfd")).ending is Ending.OUT_OF_MEMORY

    async def test_shared_memory_counts(self, sandbox: Sandbox, workspace: Path) -> None:
        assert (await self.hold(sandbox, workspace, "shared")).ending is Ending.OUT_OF_MEMORY

    async def test_shared_segments_are_bounded(self, sandbox: Sandbox, workspace: Path) -> None:
        result = await self.hold(sandbox, workspace, "segment")
        assert result.ending is Ending.OUT_OF_MEMORY or result.output == b"0\n"

    async def test_threads_count_as_processes(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import threading, time
            try:
                for _ in range(60):
                    threading.Thread(target=time.sleep, args=(1,), daemon=True).start()
            except RuntimeError:
                pass
            time.sleep(1)
        """
        limits = Limits(wall_time_s=60.0, processes=24)
        result = await sandbox.run(limited(self.program(source, workspace), limits))
        assert result.ending is Ending.TOO_MANY_PROCESSES

    async def test_cpu_time_of_all_processes_is_bounded(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import os, time
            for _ in range(3):
                if os.fork() == 0: break
            while time.process_time() < 3: pass
        """
        limits = Limits(wall_time_s=60.0, cpu_time_s=1.0)
        result = await sandbox.run(limited(self.program(source, workspace), limits))
        assert result.ending is Ending.TIMED_OUT


class SandboxPatience(SandboxPrograms):
    """Commands that do not want to end."""

    async def unwilling(self, sandbox: Sandbox, workspace: Path, how: str) -> None:
        """Run what ignores every signal and would go on for four seconds; it must be over after one."""
        command = limited(self.program(_UNWILLING, workspace, how, 4), Limits(wall_time_s=1.0))
        result = await sandbox.run(command)
        assert result.ending is Ending.TIMED_OUT, result.ending
        assert not (workspace / "survived").exists()

    async def test_signals_ignored_do_not_matter(self, sandbox: Sandbox, workspace: Path) -> None:
        await self.unwilling(sandbox, workspace, "ignoring")

    async def test_a_stopped_command_ends_too(self, sandbox: Sandbox, workspace: Path) -> None:
        await self.unwilling(sandbox, workspace, "stopped")

    async def test_closing_all_streams_hides_nothing(self, sandbox: Sandbox, workspace: Path) -> None:
        await self.unwilling(sandbox, workspace, "silent")

    async def test_a_chain_of_processes_does_not_escape(self, sandbox: Sandbox, workspace: Path) -> None:
        command = limited(self.program(_UNWILLING, workspace, "hopping", 2), Limits(wall_time_s=30.0))
        await sandbox.run(command)
        await asyncio.sleep(3)
        assert not (workspace / "survived").exists()

    async def test_whoever_keeps_the_output_open_is_not_waited_for(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import os, time
            if os.fork() == 0:
                os.setsid()
                time.sleep(5)
                open("survived", "w").close()
                os._exit(0)
            print("done", flush=True)
        """
        started = time.monotonic()
        result = await sandbox.run(self.program(source, workspace))
        assert time.monotonic() - started < 4
        assert (result.ending, result.output) == (Ending.EXITED, b"done\n")
