"""The fake is honest, and the conformance suite cannot be passed without a sandbox."""

import asyncio
import os
import subprocess
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from journeyman.domain.command import Command, CommandResult, Ending, Limits
from journeyman.ports.sandbox import Listener, Sandbox, one_world
from journeyman.testing.conformance.sandbox import (
    SandboxAttacks,
    SandboxCeilings,
    SandboxComforts,
    SandboxConformance,
    SandboxExhaustion,
    SandboxIsolation,
    SandboxOblivion,
    SandboxPatience,
    points_of,
)
from journeyman.testing.conformance.sandbox.attacks import ATTACKS
from journeyman.testing.sandboxes import FakeSandbox


class BareRunner:
    """What people do who have no sandbox: a subprocess in the workspace, everything else as it is."""

    async def run(self, command: Command, *, listener: Listener | None = None) -> CommandResult:
        read_end, write_end = os.pipe()
        os.set_inheritable(write_end, True)
        process = await asyncio.create_subprocess_exec(
            "env",
            f"JOURNEYMAN_REPORT_FD={write_end}",
            *(f"{name}={value}" for name, value in command.env),
            *command.argv,
            cwd=command.workspace,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            close_fds=False,
        )
        os.close(write_end)
        reading = asyncio.create_task(asyncio.to_thread(_read_all, read_end))
        output, _ = await process.communicate()
        return CommandResult(
            ending=Ending.EXITED,
            exit_status=process.returncode or 0,
            output=output,
            report=await reading,
            sandbox="bare",
        )

    def warm(self, world: Command) -> AbstractAsyncContextManager[Sandbox]:
        return one_world(self, world)


def _read_all(descriptor: int) -> bytes:
    with open(descriptor, "rb") as file:
        return file.read()


class OnThisPython(SandboxConformance):
    interpreter = sys.executable


SECURITY = (SandboxIsolation, SandboxAttacks, SandboxCeilings, SandboxExhaustion, SandboxPatience, SandboxOblivion)
"""Not `SandboxTruth`: its signals to everyone would reach everyone."""


def points(suite: type) -> list[str]:
    return sorted(name for name in vars(suite) if name.startswith("test_"))


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "workspace"
    path.mkdir()
    return path


@pytest.mark.slow
@pytest.mark.parametrize("point", [name for suite in SECURITY for name in points(suite)])
async def test_a_bare_subprocess_fails_every_point_of_security(point: str, workspace: Path) -> None:
    caught = None
    try:
        await getattr(OnThisPython(), point)(BareRunner(), workspace)
    except AssertionError as error:
        caught = str(error)
    if caught is not None:
        assert "CommandResult(" not in caught, "the program broke down before it could show anything"
        return
    needs = {f"test_{attack.name}": attack.needs for attack in ATTACKS}.get(point)
    assert needs, "an attack that gets nothing shows nothing"
    pytest.skip(f"this machine lacks what the attack needs: {needs}")


def test_the_suite_has_at_least_eighty_attacks_of_every_kind() -> None:
    found = [point for point in points_of(OnThisPython()) if point.area not in {"behaviour", "comforts", "streaming"}]
    assert len(found) >= 80
    assert len({point.name for point in found}) == len(found)
    assert {attack.area for attack in ATTACKS} == {
        "secrets", "writing", "tampering", "kernel", "network", "processes", "resources"
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("point", points(SandboxComforts))
async def test_a_bare_subprocess_has_every_comfort(point: str, workspace: Path) -> None:
    await getattr(OnThisPython(), point)(BareRunner(), workspace)


async def test_the_fake_records_commands_and_answers_them(tmp_path: Path) -> None:
    answer = CommandResult(ending=Ending.EXITED, exit_status=3, output=b"said", report=b"told")
    sandbox = FakeSandbox(lambda _: answer)
    command = Command(argv=("pytest",), workspace=tmp_path, report=True)
    result = await sandbox.run(command)
    assert sandbox.commands == [command]
    assert (result.exit_status, result.output, result.report, result.sandbox) == (3, b"said", b"told", "fake")


async def test_the_fake_cuts_what_a_sandbox_would_cut(tmp_path: Path) -> None:
    answer = CommandResult(ending=Ending.EXITED, exit_status=0, output=b"12345", report=b"told")
    limits = Limits(output_bytes=4)
    result = await FakeSandbox(lambda _: answer).run(Command(argv=("x",), workspace=tmp_path, limits=limits))
    assert (result.ending, result.output, result.report) == (Ending.OUTPUT_TRUNCATED, b"1234", b"")


async def test_the_fake_tells_a_listener_what_it_answers(tmp_path: Path) -> None:
    answer = CommandResult(ending=Ending.EXITED, exit_status=0, output=b"x" * 100_000)
    pieces: list[bytes] = []

    async def listen(piece: bytes) -> None:
        pieces.append(piece)

    result = await FakeSandbox(lambda _: answer).run(Command(argv=("x",), workspace=tmp_path), listener=listen)
    assert b"".join(pieces) == result.output
    assert [len(piece) for piece in pieces] == [65536, 34464]


async def test_the_fake_is_warm_for_one_world(tmp_path: Path) -> None:
    answer = CommandResult(ending=Ending.EXITED, exit_status=0, output=b"")
    sandbox = FakeSandbox(lambda _: answer)
    command = Command(argv=("x",), workspace=tmp_path)
    async with sandbox.warm(command) as warm, warm.warm(command) as again:
        await again.run(command)
        with pytest.raises(ValueError, match="world"):
            await again.run(Command(argv=("x",), workspace=tmp_path / "other"))
    assert sandbox.commands == [command]
