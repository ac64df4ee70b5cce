"""Output while a command runs, and commands that nobody waits for any more."""
# ruff: noqa: D102 - the name of a test is its description

import asyncio
import time
from pathlib import Path

from journeyman.domain.command import Ending, Limits
from journeyman.ports.sandbox import Sandbox
from journeyman.testing.conformance.sandbox.programs import SandboxPrograms, ended_well, limited, raises, started

_PIECE_BYTES = 65536
_FLOOD = """
import os
for number in range(64):
    os.write(1, bytes([number]) * 65536)
open("flooded", "w").close()
"""
_SWARM = """
import os, time
for _ in range(40):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(60)
        os._exit(0)
print("started", flush=True)
time.sleep(60)
"""


class SandboxStreaming(SandboxPrograms):
    """Listening, back-pressure, cancelling."""

    async def test_output_arrives_while_the_command_runs(self, sandbox: Sandbox, workspace: Path) -> None:
        source = "import time; print('ready', flush=True); time.sleep(2); print('done')"
        pieces: list[bytes] = []
        arrived_s: list[float] = []

        async def listen(piece: bytes) -> None:
            pieces.append(piece)
            arrived_s.append(time.monotonic())

        result = await sandbox.run(self.program(source, workspace), listener=listen)
        assert ended_well(result), result
        assert pieces[0] == b"ready\n"
        assert arrived_s[-1] - arrived_s[0] > 1
        assert b"".join(pieces) == result.output == b"ready\ndone\n"

    async def test_a_slow_listener_slows_the_command(self, sandbox: Sandbox, workspace: Path) -> None:
        held, go_on = asyncio.Event(), asyncio.Event()
        pieces: list[bytes] = []

        async def listen(piece: bytes) -> None:
            pieces.append(piece)
            held.set()
            await go_on.wait()

        running = asyncio.ensure_future(sandbox.run(self.program(_FLOOD, workspace), listener=listen))
        await held.wait()
        await asyncio.sleep(0.5)
        assert len(pieces) == 1
        assert not (workspace / "flooded").exists()
        go_on.set()
        result = await running
        assert ended_well(result), result
        assert b"".join(pieces) == result.output == b"".join(bytes([n]) * 65536 for n in range(64))
        assert max(map(len, pieces)) <= _PIECE_BYTES

    async def test_a_listener_hears_what_is_kept_and_no_more(self, sandbox: Sandbox, workspace: Path) -> None:
        pieces: list[bytes] = []

        async def listen(piece: bytes) -> None:
            pieces.append(piece)

        command = limited(self.program(_FLOOD, workspace), Limits(wall_time_s=60.0, output_bytes=100_000))
        result = await sandbox.run(command, listener=listen)
        assert result.ending is Ending.OUTPUT_TRUNCATED
        assert b"".join(pieces) == result.output
        assert len(result.output) == 100_000

    async def test_a_listener_that_fails_ends_the_command(self, sandbox: Sandbox, workspace: Path) -> None:
        async def listen(piece: bytes) -> None:
            raise EOFError(piece)

        source = "import time; print('x', flush=True); time.sleep(2); open('survived', 'w').close()"
        with raises(EOFError):
            await sandbox.run(self.program(source, workspace), listener=listen)
        await asyncio.sleep(2)
        assert not (workspace / "survived").exists()

    async def test_a_command_can_be_cancelled_while_its_listener_is_held(
        self, sandbox: Sandbox, workspace: Path
    ) -> None:
        held = asyncio.Event()

        async def listen(_: bytes) -> None:
            held.set()
            await asyncio.Event().wait()

        running = asyncio.ensure_future(sandbox.run(self.program(_FLOOD, workspace), listener=listen))
        await held.wait()
        running.cancel()
        (outcome,) = await asyncio.gather(running, return_exceptions=True)
        assert isinstance(outcome, asyncio.CancelledError)

    async def test_cancelling_takes_no_longer_than_a_blink(self, sandbox: Sandbox, workspace: Path) -> None:
        took_s = []
        for _ in range(3):
            running = await started(sandbox, self.program(_SWARM, workspace))
            began = time.monotonic()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            took_s.append(time.monotonic() - began)
        # A blink is 0.1 s; a busy machine gets ten, and no sandbox that waits for its command gets past.
        assert min(took_s) < 1.0, took_s
