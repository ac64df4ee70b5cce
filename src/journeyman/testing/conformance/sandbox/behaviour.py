"""What a sandbox promises to whoever uses it."""
# ruff: noqa: D102 - the name of a test is its description

import asyncio
from dataclasses import replace
from pathlib import Path

from journeyman.domain.command import Command, Ending, Limits, Mount
from journeyman.ports.sandbox import Sandbox
from journeyman.testing.conformance.sandbox.programs import SandboxPrograms, ended_well, limited, started

_WRITE_REPORT = """
import os
with open(int(os.environ["JOURNEYMAN_REPORT_FD"]), "wb") as report:
    for number in range(256):
        report.write(b"r" * 4096)
        os.write(1, b"o" * 4096)
"""


class SandboxBehaviour(SandboxPrograms):
    """Results, output, input, report, workspace, mounts."""

    async def test_exit_status_is_the_commands_own(self, sandbox: Sandbox, workspace: Path) -> None:
        result = await sandbox.run(self.program("raise SystemExit(3)", workspace))
        assert (result.ending, result.exit_status) == (Ending.EXITED, 3)
        assert result.sandbox
        assert result.duration_s > 0

    async def test_a_missing_executable_is_status_127(self, sandbox: Sandbox, workspace: Path) -> None:
        for name in ("no-such-program", "/no/such/program", "./no-such-program"):
            result = await sandbox.run(Command(argv=(name,), workspace=workspace))
            assert (result.ending, result.exit_status) == (Ending.EXITED, 127)

    async def test_a_signal_is_128_and_its_number(self, sandbox: Sandbox, workspace: Path) -> None:
        source = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
        result = await sandbox.run(self.program(source, workspace))
        assert (result.ending, result.exit_status) == (Ending.EXITED, 128 + 11)

    async def test_stdout_and_stderr_come_interleaved(self, sandbox: Sandbox, workspace: Path) -> None:
        source = "import os\nfor n in range(4): os.write(1 + n % 2, b'%d' % n)"
        result = await sandbox.run(self.program(source, workspace))
        assert result.output == b"0123"

    async def test_stdin_arrives_whole_and_is_empty_by_default(self, sandbox: Sandbox, workspace: Path) -> None:
        command = self.program("import sys; print(len(sys.stdin.buffer.read()))", workspace)
        assert await self.answer(sandbox, command) == 0
        assert await self.answer(sandbox, replace(command, stdin=b"x" * 300_000)) == 300_000

    async def test_report_comes_apart_from_output(self, sandbox: Sandbox, workspace: Path) -> None:
        result = await sandbox.run(replace(self.program(_WRITE_REPORT, workspace), report=True))
        assert ended_well(result), result
        assert result.report == b"r" * 256 * 4096
        assert result.output == b"o" * 256 * 4096

    async def test_environment_holds_what_the_command_names(self, sandbox: Sandbox, workspace: Path) -> None:
        source = "import os; print(os.environ['GREETING'] == 'a\\n b=c', end='')"
        command = replace(self.program(source, workspace), env=(("GREETING", "a\n b=c"),))
        assert (await sandbox.run(command)).output == b"True"

    async def test_workspace_is_the_working_directory_and_keeps_what_is_written(
        self, sandbox: Sandbox, workspace: Path
    ) -> None:
        (workspace / "given").write_text("in")
        source = """
            import os
            os.makedirs("deep/er")
            open("deep/er/made", "w").write(open("/work/given").read() + os.getcwd())
            open("given", "w").write("out")
            os.chmod("deep/er/made", 0)
            os.chmod("deep", 0)
        """
        assert ended_well(await sandbox.run(self.program(source, workspace)))
        assert (workspace / "deep/er/made").read_text() == "in/work"
        assert (workspace / "given").read_text() == "out"
        (workspace / "deep/er/made").unlink()

    async def test_mounts_are_shown_read_only(self, sandbox: Sandbox, workspace: Path) -> None:
        shown = workspace.parent / "shown"
        shown.mkdir()
        (shown / "file").write_text("content")
        source = """
            print(open("/opt/shown/file").read(), end="")
            try:
                open("/opt/shown/other", "w")
            except OSError:
                print(" only", end="")
        """
        command = self.program(source, workspace)
        command = replace(command, mounts=(*command.mounts, Mount(source=shown, target="/opt/shown")))
        assert (await sandbox.run(command)).output == b"content only"

    async def test_commands_run_at_the_same_time(self, sandbox: Sandbox, workspace: Path) -> None:
        command = self.program("import time; print('here', flush=True); time.sleep(4)", workspace)
        first, second = await asyncio.gather(started(sandbox, command), started(sandbox, command))
        assert not first.done()
        assert not second.done()
        results = await asyncio.gather(first, second)
        assert all(map(ended_well, results)), results

    async def test_cancelling_ends_the_command(self, sandbox: Sandbox, workspace: Path) -> None:
        source = "import time; print('started', flush=True); time.sleep(5); open('finished', 'w').close()"
        running = await started(sandbox, limited(self.program(source, workspace), Limits(wall_time_s=30.0)))
        running.cancel()
        (outcome,) = await asyncio.gather(running, return_exceptions=True)
        assert isinstance(outcome, asyncio.CancelledError)
        await asyncio.sleep(5)
        assert not (workspace / "finished").exists()
