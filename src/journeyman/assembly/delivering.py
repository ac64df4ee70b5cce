"""Opening the forge that accepted changes go to, and delivering a run that has ended."""

import fcntl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from journeyman.assembly.project import Project
from journeyman.domain.delivery import Wishes
from journeyman.domain.errors import UserError
from journeyman.domain.run import Deliver
from journeyman.engine import Desk
from journeyman.plugins import find_factory, split_locator
from journeyman.ports.events import Step
from journeyman.ports.forge import Forge
from journeyman.ports.repository import Repository
from journeyman.settings import Settings

if TYPE_CHECKING:
    from journeyman.eventlog.log import SqlLog

LOCAL = "local:"

ForgeFactory = Callable[[str, Settings, Repository], AbstractAsyncContextManager[Forge]]
"""What an entry point of `journeyman.forges` loads."""


def forge_locator(settings: Settings, deliver: Deliver) -> str:
    """Return where a run delivers to."""
    return settings.forge.forge if deliver is Deliver.PULL_REQUEST else LOCAL


def wishes_of(settings: Settings) -> Wishes:
    """Return how changes are presented.

    Raises:
        UserError: a word that is none of the known ones.
    """
    forge = settings.forge
    if forge.moved_base not in ("note", "refuse"):
        raise UserError(f"[forge] moved_base cannot be `{forge.moved_base}`", remedy="Known: note, refuse.")
    return Wishes(
        draft=forge.draft,
        labels=forge.labels,
        reviewers=tuple(name.removeprefix("@") for name in forge.reviewers),
        owners=forge.code_owners,
        receipt=forge.receipt,
        base_must_be_tip=forge.moved_base == "refuse",
    )


@asynccontextmanager
async def open_forge(project: Project, locator: str) -> AsyncIterator[Forge]:
    """Open a forge; no token is asked for before the forge is.

    Raises:
        UserError: there is no such forge, or it is not said where it is.
    """
    scheme, rest = split_locator(locator)
    if not scheme:
        raise UserError(
            f"`{locator}` is not a forge", remedy="Write [forge] forge as local: or github:OWNER/REPO, for example."
        )
    factory = cast("ForgeFactory", find_factory("forges", scheme))
    async with factory(rest, project.settings, project.repository) as forge:
        yield forge


@asynccontextmanager
async def open_desk(project: Project, log: "SqlLog", run: str, *, forge: str = "") -> AsyncIterator[Desk]:
    """Open what delivering an earlier run works with; its facts have the keys they would have had in the run.

    Args:
        project: where the run's tree is.
        log: that holds the run.
        run: its id.
        forge: locator; empty means the settings' own.

    Raises:
        UserError: another process is delivering this run, or there is no such forge.
    """
    from journeyman.eventlog.record_forge import RecordedForge

    settings = project.settings
    with _alone(settings.data_dir / "runs" / _safe(run)):
        async with open_forge(project, forge or settings.forge.forge) as opened:
            step = Step(log.run(run), "run").child("deliver")
            yield Desk(
                forge=RecordedForge(opened, step),
                repository=project.repository,
                step=step,
                wishes=wishes_of(settings),
            )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold a run's lock: two deliveries at once could both look before either has acted."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "delivery.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UserError("this run is being delivered by another process", remedy="Wait for it to end.") from None
        yield


def _safe(run: str) -> str:
    if not run.replace("-", "").isalnum() or not run.isascii():
        raise UserError(f"{run!r} is not the id of a run", remedy="See `journeyman runs list`.")
    return run
