"""The `none` driver: commands run as this user, with nothing in their way. Only ever by a person's explicit choice."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

from journeyman.adapters.sandboxes.process_group import WEAKER, on_this_machine, run_group
from journeyman.domain.command import Command, CommandResult
from journeyman.domain.errors import AdapterError, UserError
from journeyman.ports.sandbox import Declaration, Listener, Sandbox, one_world
from journeyman.settings import Settings

LABEL = "none (NOT CONFINED)"
"""In every result and every event, so that nobody takes such a run for another."""

_WEAKER = (
    "NOTHING IS CONFINED: a command reads, writes and sends whatever the user who runs Journeyman can",
    "secrets, the network, other processes and the whole disk are within its reach",
    *WEAKER,
)
_PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"


class UnconfinedSandbox:
    """Runs commands as ordinary processes."""

    declaration = Declaration(driver=LABEL, weaker=_WEAKER, confined=False, allows_hosts=False)

    async def run(self, command: Command, *, listener: Listener | None = None) -> CommandResult:
        """Run one command (see `journeyman.ports.sandbox.Sandbox`)."""
        try:
            workspace = command.workspace.resolve(strict=True)
        except OSError as error:
            raise AdapterError(f"the workspace {command.workspace} cannot be used: {error.strerror}") from error
        with tempfile.TemporaryDirectory(prefix="journeyman-", ignore_cleanup_errors=True) as scratch:
            environment = {"PATH": _PATH, "HOME": scratch, "TMPDIR": scratch, "LANG": "C.UTF-8"}
            placed = on_this_machine(replace(command, workspace=workspace))
            return await run_group(placed, prefix=(), environment=environment, listener=listener, label=LABEL)

    def warm(self, world: Command) -> AbstractAsyncContextManager[Sandbox]:
        """Run the commands of one world (see `journeyman.ports.sandbox.Sandbox`)."""
        return one_world(self, world)


@asynccontextmanager
async def open_sandbox(rest: str, settings: Settings) -> AsyncIterator[UnconfinedSandbox]:
    """Open `none:`.

    Raises:
        UserError: something follows the colon.
    """
    del settings
    if rest:
        raise UserError(
            f"`none:{rest}` is no driver", remedy="Write `none:` alone, if no confinement is what you want."
        )
    yield UnconfinedSandbox()
