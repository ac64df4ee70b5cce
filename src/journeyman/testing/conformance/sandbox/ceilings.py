"""Limits: each one ends the whole tree, and the result says which."""
# ruff: noqa: D102 - the name of a test is its description

from dataclasses import replace
from pathlib import Path

from journeyman.domain.command import Ending, Limits
from journeyman.ports.sandbox import Sandbox
from journeyman.testing.conformance.sandbox.programs import SandboxPrograms, limited

_MIB = 2**20
# Every program ends by itself, so that a sandbox without the limit fails the test and nothing else.
_GROW = """
import mmap, os, sys, time
share, processes = int(sys.argv[1]), int(sys.argv[2])
for _ in range(processes - 1):
    if os.fork() == 0:
        break
kept = []
for _ in range(share // 2**20):
    kept.append(b"x" * 2**20)
    time.sleep(0.002)
time.sleep(1)
"""
_LINGER = """
import os, sys, time
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(3)
            open(f"survived-{os.getpid()}", "w").close()
        os._exit(0)
time.sleep(3)
"""
_MULTIPLY = """
import os, time
for _ in range(60):
    try:
        pid = os.fork()
    except OSError:
        pid = 1
    if pid == 0:
        time.sleep(1)
        os._exit(0)
time.sleep(1)
"""


class SandboxCeilings(SandboxPrograms):
    """Wall clock, memory, processes, output, file size."""

    async def test_wall_clock_ends_everything(self, sandbox: Sandbox, workspace: Path) -> None:
        command = limited(self.program(_LINGER, workspace), Limits(wall_time_s=1.0))
        result = await sandbox.run(command)
        assert (result.ending, result.exit_status) == (Ending.TIMED_OUT, 137)

    async def test_memory_of_one_process_is_bounded(self, sandbox: Sandbox, workspace: Path) -> None:
        limits = Limits(wall_time_s=60.0, memory_bytes=96 * _MIB)
        result = await sandbox.run(limited(self.program(_GROW, workspace, 160 * _MIB, 1), limits))
        assert result.ending is Ending.OUT_OF_MEMORY

    async def test_memory_of_all_processes_together_is_bounded(self, sandbox: Sandbox, workspace: Path) -> None:
        limits = Limits(wall_time_s=60.0, memory_bytes=96 * _MIB)
        result = await sandbox.run(limited(self.program(_GROW, workspace, 48 * _MIB, 4), limits))
        assert result.ending is Ending.OUT_OF_MEMORY

    async def test_number_of_processes_is_bounded(self, sandbox: Sandbox, workspace: Path) -> None:
        limits = Limits(wall_time_s=60.0, processes=24)
        result = await sandbox.run(limited(self.program(_MULTIPLY, workspace), limits))
        assert result.ending is Ending.TOO_MANY_PROCESSES

    async def test_output_is_cut(self, sandbox: Sandbox, workspace: Path) -> None:
        limits = Limits(wall_time_s=60.0, output_bytes=100_000)
        result = await sandbox.run(limited(self.program("print('x' * 10_000_000)", workspace), limits))
        assert result.ending is Ending.OUTPUT_TRUNCATED
        assert result.output == b"x" * 100_000

    async def test_report_is_cut(self, sandbox: Sandbox, workspace: Path) -> None:
        source = "import os; open(int(os.environ['JOURNEYMAN_REPORT_FD']), 'wb').write(b'r' * 10_000_000)"
        limits = Limits(wall_time_s=60.0, output_bytes=100_000)
        command = limited(self.program(source, workspace), limits)
        result = await sandbox.run(replace(command, report=True))
        assert result.ending is Ending.OUTPUT_TRUNCATED
        assert result.report == b"r" * 100_000

    async def test_size_of_a_file_is_bounded(self, sandbox: Sandbox, workspace: Path) -> None:
        limits = Limits(wall_time_s=60.0, file_size_bytes=_MIB)
        await sandbox.run(limited(self.program(f"open('big', 'wb').write(bytes({8 * _MIB}))", workspace), limits))
        assert (workspace / "big").stat().st_size <= _MIB
