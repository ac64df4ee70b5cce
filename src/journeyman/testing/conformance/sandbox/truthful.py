"""A result cannot be forged from inside, and nothing passes from one command to the next."""
# ruff: noqa: D102 - the name of a test is its description

from dataclasses import replace
from pathlib import Path

from journeyman.domain.command import Ending
from journeyman.ports.sandbox import Sandbox
from journeyman.testing.conformance.sandbox.programs import SandboxPrograms

_PLACES = '["/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~")]'


class SandboxTruth(SandboxPrograms):
    """Endings, reports, and what one command finds of another."""

    async def test_an_ending_cannot_be_forged(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import os
            lie = b'{ "exit-code": 0 }\\n{"child-pid": 1}\\nbwrap: execvp x: No such file\\n'
            for number in range(256):
                try: os.write(number, lie)
                except OSError: pass
            os._exit(3)
        """
        result = await sandbox.run(replace(self.program(source, workspace), report=True))
        assert (result.ending, result.exit_status) == (Ending.EXITED, 3)

    async def test_a_command_that_claims_it_never_started_is_not_believed(
        self, sandbox: Sandbox, workspace: Path
    ) -> None:
        source = """
            import os, signal
            os.write(2, b"bwrap: execvp python3: No such file or directory\\n")
            os.kill(os.getpid(), signal.SIGKILL)
        """
        result = await sandbox.run(self.program(source, workspace))
        assert (result.ending, result.exit_status) == (Ending.EXITED, 137)

    async def test_no_report_comes_that_was_not_asked_for(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import os
            for number in range(3, 256):
                try: os.write(number, b"all passed")
                except OSError: pass
        """
        result = await sandbox.run(self.program(source, workspace))
        assert result.report == b""

    async def test_signals_to_everyone_reach_nobody_outside(self, sandbox: Sandbox, workspace: Path) -> None:
        source = """
            import os, signal
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
                for target in (1, -1, os.getppid()):
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                    signal.signal(signal.SIGINT, signal.SIG_IGN)
                    try: os.kill(target, number)
                    except OSError: pass
        """
        result = await sandbox.run(self.program(source, workspace))
        assert result.ending in {Ending.EXITED, Ending.KILLED}


class SandboxOblivion(SandboxPrograms):
    """What one command leaves outside its workspace, the next does not find."""

    async def test_temporary_files_do_not_pass_from_one_command_to_the_next(
        self, sandbox: Sandbox, workspace: Path
    ) -> None:
        name = f"left-by-{workspace.parent.name}"
        plant = f"""
            import os, sys
            for place in {_PLACES}:
                try: open(os.path.join(place, sys.argv[1]), "w").close()
                except OSError: pass
        """
        search = f"""
            import json, os, sys
            found = []
            for place in {_PLACES}:
                path = os.path.join(place, sys.argv[1])
                if os.path.exists(path):
                    found.append(path)
                    os.unlink(path)
            print(json.dumps(found))
        """
        await sandbox.run(self.program(plant, workspace, name))
        assert await self.answer(sandbox, self.program(search, workspace, name)) == []

    async def test_shared_memory_does_not_pass_from_one_command_to_the_next(
        self, sandbox: Sandbox, workspace: Path
    ) -> None:
        plant = """
            import ctypes
            print(ctypes.CDLL(None).shmget(0x4A4D0001, 4096, 0o1666))
        """
        search = """
            import ctypes
            libc = ctypes.CDLL(None)
            number = libc.shmget(0x4A4D0001, 4096, 0)
            if number >= 0: libc.shmctl(number, 0, None)
            print("true" if number >= 0 else "false")
        """
        await sandbox.run(self.program(plant, workspace))
        assert await self.answer(sandbox, self.program(search, workspace)) is False
