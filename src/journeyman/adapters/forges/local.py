"""`local:`: the change becomes a branch of the person's own repository, the pull request a text file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from journeyman.domain.change import Change
from journeyman.domain.delivery import Delivery
from journeyman.ports.repository import Repository
from journeyman.settings import Settings


class LocalForge:
    """Delivers within one machine; the working tree and the checked-out branch are never touched."""

    def __init__(self, repository: Repository, texts_dir: Path) -> None:
        self._repository = repository
        self._texts_dir = texts_dir

    async def deliver(self, change: Change) -> Delivery:
        """Commit the judged tree, point the branch at it and write the pull request's text.

        Raises:
            UserError: the branch exists with other content.
        """
        commit = await self._repository.commit(change.tree, parent=change.base, message=change.message)
        made = await self._repository.publish(commit, change.branch)
        text = self._texts_dir / change.run / "pull-request.md"
        await asyncio.to_thread(_write, text, f"# {change.title}\n\n{change.body}")
        return Delivery(branch=change.branch, commit=commit, pull_request=str(text), already_there=not made)


@asynccontextmanager
async def open_forge(_rest: str, settings: Settings, repository: Repository) -> AsyncIterator[LocalForge]:
    """Open the forge. A forge's factory is also given the repository that holds the judged tree."""
    yield LocalForge(repository, settings.data_dir / "runs")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(text, "utf-8")
    draft.replace(path)
