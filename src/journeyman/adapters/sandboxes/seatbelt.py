"""The `seatbelt` sandbox of macOS: `sandbox-exec` with a profile that denies by default.

Weaker than Linux's namespaces, and it says so: prefer the container driver, which is a virtual machine there.
"""

import asyncio
import platform
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from journeyman.adapters.sandboxes.mounts import arrange, same_path
from journeyman.adapters.sandboxes.process_group import WEAKER, on_this_machine, run_group
from journeyman.adapters.sandboxes.seatbelt_profile import seatbelt_profile
from journeyman.domain.command import Command, CommandResult, Mount
from journeyman.domain.errors import AdapterError, UserError
from journeyman.ports.sandbox import Declaration, Listener, Sandbox, one_world
from journeyman.settings import Settings

SANDBOX_EXEC = Path("/usr/bin/sandbox-exec")
_LABEL = "seatbelt"
_PATH = "/usr/local/bin:/opt/homebrew/bin:/usr/bin:/bin:/usr/sbin:/sbin"
_WEAKER = (
    "commands run as this user, and see the names of other processes",
    "there is no network at all, not even a loopback: tests that listen on localhost fail",
    "sandbox-exec is deprecated by Apple, and the kernel is shared",
    *WEAKER,
)


class SeatbeltSandbox:
    """Runs commands with sandbox-exec; any number at a time."""

    declaration = Declaration(driver=_LABEL, weaker=_WEAKER, allows_hosts=False)

    def __init__(self, program: Path, mounts: tuple[Mount, ...]) -> None:
        self._program = program
        self._mounts = mounts

    async def run(self, command: Command, *, listener: Listener | None = None) -> CommandResult:
        """Run one command (see `journeyman.ports.sandbox.Sandbox`)."""
        if command.network.allow:
            raise UserError(
                "the seatbelt sandbox has no network, and this command asks for " + ", ".join(command.network.allow),
                remedy="Build the environment beforehand, or use the bubblewrap driver on Linux.",
            )
        try:
            workspace = command.workspace.resolve(strict=True)
        except OSError as error:
            raise AdapterError(f"the workspace {command.workspace} cannot be used: {error.strerror}") from error
        with tempfile.TemporaryDirectory(prefix="journeyman-", ignore_cleanup_errors=True) as folder:
            scratch = Path(folder).resolve()
            mounts = arrange((*self._mounts, *command.mounts))
            try:
                profile = seatbelt_profile(
                    workspace=workspace,
                    writable=command.workspace_writable,
                    scratch=scratch,
                    readable=[mount.source.resolve() for mount in mounts],
                )
            except ValueError as error:
                raise UserError(str(error), remedy="Rename it.") from error
            return await run_group(
                on_this_machine(replace(command, workspace=workspace)),
                prefix=(str(self._program), "-p", profile),
                environment={"PATH": _PATH, "HOME": str(scratch), "TMPDIR": str(scratch), "LANG": "C.UTF-8"},
                listener=listener,
                label=_LABEL,
            )

    def warm(self, world: Command) -> AbstractAsyncContextManager[Sandbox]:
        """Run the commands of one world (see `journeyman.ports.sandbox.Sandbox`)."""
        return one_world(self, world)


@asynccontextmanager
async def open_sandbox(rest: str, settings: Settings) -> AsyncIterator[SeatbeltSandbox]:
    """Open `seatbelt:`, after it has really run a command.

    Raises:
        UserError: this is not macOS, or sandbox-exec does not work; says what would.
    """
    if rest:
        raise UserError(f"`seatbelt:{rest}` is no driver", remedy="Write `seatbelt` alone.")
    if platform.system() != "Darwin" or not await asyncio.to_thread(SANDBOX_EXEC.exists):
        raise UserError(
            f"seatbelt is macOS's own sandbox, and this machine has no {SANDBOX_EXEC}",
            remedy="Use `auto`, `bubblewrap` or `container` in [sandbox] driver.",
        )
    sandbox = SeatbeltSandbox(SANDBOX_EXEC, arrange(same_path(Path(source)) for source in settings.sandbox.mounts))
    with tempfile.TemporaryDirectory(prefix="journeyman-probe-") as workspace:
        result = await sandbox.run(Command(argv=("true",), workspace=Path(workspace)))
    if result.exit_status != 0:
        said = result.output.decode(errors="replace").strip() or result.ending
        raise UserError(f"sandbox-exec does not work here: {said}", remedy="Use the container driver.")
    yield sandbox
