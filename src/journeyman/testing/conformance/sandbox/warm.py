"""Many commands in one warm sandbox: each as alone as in a cold one."""
# ruff: noqa: D102 - the name of a test is its description

import asyncio
from dataclasses import replace
from pathlib import Path

from journeyman.domain.command import Command, Ending, Limits, Network
from journeyman.ports.sandbox import Sandbox
from journeyman.testing.conformance.sandbox.programs import SandboxPrograms, ended_well, limited, raises, started

_LEAVE_BEHIND = """
import os, signal, time
for hide in range(3):
    if os.fork() == 0:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)
        if os.fork() == 0:
            os.close(1), os.close(2)
            time.sleep(1)
            open("survived", "w").close()
            time.sleep(60)
        os._exit(0)
"""
_LOOK_AROUND = """
import json, os
pids = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
others = [pid for pid in pids if pid not in (1, os.getpid())]
print(json.dumps([len(others), os.environ.get("SECRET"), os.path.exists("survived")]))
"""
_SEIZE = """
import os, signal
# Whatever else is in reach must not let itself be stopped, written to, or spoken for.
for pid in [1, os.getppid(), *(int(name) for name in os.listdir("/proc") if name.isdigit())]:
    if pid in (0, os.getpid()):
        continue
    for number in (signal.SIGSTOP, signal.SIGKILL, signal.SIGTERM):
        try:
            os.kill(pid, number)
        except OSError:
            pass
    for name in ("mem", "fd/0", "fd/3", "fd/4", "fd/5", "fd/6"):
        try:
            handle = os.open(f"/proc/{pid}/{name}", os.O_RDWR | os.O_NONBLOCK)
            os.write(handle, b'{"exit-code": 0}\\n\\0')
            print("wrote to", pid, name, flush=True)
        except OSError:
            pass
for number in range(3, 64):
    try:
        os.write(number, b'{"exit-code": 0}\\n\\0')
        print("wrote to descriptor", number, flush=True)
    except OSError:
        pass
os._exit(77)
"""


class SandboxWarmth(SandboxPrograms):
    """One world, many commands."""

    async def test_a_warm_sandbox_runs_many_commands(self, sandbox: Sandbox, workspace: Path) -> None:
        first = self.program("open('n', 'a').write('x'); print(len(open('n').read()), end='')", workspace)
        async with sandbox.warm(first) as warm:
            for count in (1, 2, 3):
                result = await warm.run(first)
                assert result.output == b"%d" % count
            assert (await warm.run(self.program("raise SystemExit(9)", workspace))).exit_status == 9
            missing = await warm.run(replace(first, argv=("no-such-program",)))
            assert (missing.ending, missing.exit_status) == (Ending.EXITED, 127)
            death = self.program("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", workspace)
            assert (await warm.run(death)).exit_status == 128 + 9

    async def test_each_command_has_its_own_input_environment_and_report(
        self, sandbox: Sandbox, workspace: Path
    ) -> None:
        source = """
            import os, sys
            number = os.environ.get("JOURNEYMAN_REPORT_FD")
            if number:
                os.write(int(number), b"told")
            print(os.environ.get("NAME"), sys.stdin.read(), sorted(os.environ), end="")
        """
        plain = self.program(source, workspace)
        rich = replace(plain, env=(("NAME", "a\n b=c"),), stdin=b"given", report=True)
        async with sandbox.warm(plain) as warm:
            result = await warm.run(rich)
            assert result.output.startswith(b"a\n b=c given"), result
            assert result.report == b"told"
            after = await warm.run(plain)
        assert after.output.startswith(b"None  ['HOME', 'LANG'"), after
        assert after.report == b""
        assert (await sandbox.run(plain)).output == after.output

    async def test_what_a_command_leaves_running_is_dead_before_the_next(
        self, sandbox: Sandbox, workspace: Path
    ) -> None:
        look = self.program(_LOOK_AROUND, workspace)
        async with sandbox.warm(look) as warm:
            # A sandbox may keep a process or two of its own beside the first.
            quiet = await self.answer(warm, look)
            leave = replace(self.program(_LEAVE_BEHIND, workspace), env=(("SECRET", "s"),))
            assert ended_well(await warm.run(leave))
            assert await self.answer(warm, look) == quiet
            await asyncio.sleep(1.5)
            assert await self.answer(warm, look) == quiet

    async def test_a_command_cannot_speak_for_its_keeper(self, sandbox: Sandbox, workspace: Path) -> None:
        attack = self.program(_SEIZE, workspace)
        async with sandbox.warm(attack) as warm:
            for _ in range(2):
                result = await warm.run(attack)
                assert (result.ending, result.exit_status, result.output) == (Ending.EXITED, 77, b"")
            assert ended_well(await warm.run(self.program("", workspace)))

    async def test_each_command_has_its_own_limits(self, sandbox: Sandbox, workspace: Path) -> None:
        wait = self.program("import time; print('x' * 5000, flush=True); time.sleep(60)", workspace)
        async with sandbox.warm(wait) as warm:
            late = await warm.run(limited(wait, Limits(wall_time_s=1.0)))
            assert (late.ending, late.exit_status) == (Ending.TIMED_OUT, 137)
            loud = await warm.run(limited(wait, Limits(wall_time_s=60.0, output_bytes=1000)))
            assert (loud.ending, loud.output) == (Ending.OUTPUT_TRUNCATED, b"x" * 1000)
            assert ended_well(await warm.run(self.program("print('x' * 5000)", workspace)))

    async def test_a_memory_limit_holds_and_spares_the_next_command(self, sandbox: Sandbox, workspace: Path) -> None:
        grow = self.program("kept = [b'x' * 2**20 for _ in range(160)]; import time; time.sleep(1)", workspace)
        tight = Limits(wall_time_s=60.0, memory_bytes=96 * 2**20)
        async with sandbox.warm(grow) as warm:
            assert (await warm.run(limited(grow, tight))).ending is Ending.OUT_OF_MEMORY
            assert ended_well(await warm.run(grow))

    async def test_cancelling_kills_the_command_and_keeps_the_sandbox(self, sandbox: Sandbox, workspace: Path) -> None:
        source = "import time; print('started', flush=True); time.sleep(3); open('finished', 'w').close()"
        command = self.program(source, workspace)
        async with sandbox.warm(command) as warm:
            look = self.program(_LOOK_AROUND, workspace)
            quiet = await self.answer(warm, look)
            running = await started(warm, command)
            running.cancel()
            (outcome,) = await asyncio.gather(running, return_exceptions=True)
            assert isinstance(outcome, asyncio.CancelledError)
            assert await self.answer(warm, look) == quiet
            await asyncio.sleep(3)
            assert not (workspace / "finished").exists()

    async def test_leaving_kills_what_runs(self, sandbox: Sandbox, workspace: Path) -> None:
        source = "import time; print('started', flush=True); time.sleep(3); open('finished', 'w').close()"
        command = self.program(source, workspace)
        async with sandbox.warm(command) as warm:
            running = await started(warm, command)
        (outcome,) = await asyncio.gather(running, return_exceptions=True)
        assert isinstance(outcome, BaseException) or outcome.ending is Ending.KILLED, outcome
        await asyncio.sleep(3)
        assert not (workspace / "finished").exists()

    async def test_commands_of_another_world_are_refused(self, sandbox: Sandbox, workspace: Path) -> None:
        elsewhere = workspace.parent / "elsewhere"
        elsewhere.mkdir()
        here = self.program("", workspace)
        others = (
            replace(here, workspace=elsewhere),
            replace(here, workspace_writable=False),
            replace(here, network=Network(allow=("example.org",))),
        )
        async with sandbox.warm(here) as warm:
            for other in others:
                with raises(ValueError, saying="world"):
                    await warm.run(other)

    async def test_nothing_passes_from_one_world_to_the_next(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import os
            for place in {"/tmp", "/dev/shm", os.environ["HOME"]}:
                try:
                    print(os.path.exists(f"{place}/mark"), end=" ")
                    open(f"{place}/mark", "w").close()
                except OSError:
                    pass
        """
        command = self.program(source, workspace)
        for _ in range(2):
            async with sandbox.warm(command) as warm:
                assert b"True" not in (await warm.run(command)).output
        assert b"True" not in (await sandbox.run(command)).output

    async def test_a_warm_sandbox_can_be_warmed_again(self, sandbox: Sandbox, workspace: Path) -> None:
        command = Command(argv=(self.interpreter, "-I", "-c", ""), workspace=workspace, mounts=self.mounts)
        async with sandbox.warm(command) as warm, warm.warm(command) as again:
            assert ended_well(await again.run(command))
