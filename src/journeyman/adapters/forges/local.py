"""`local:`: the change becomes a branch of the person's own repository, the pull request a text file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from journeyman.domain.change import Change
from journeyman.domain.delivery import PullRequest, Survey
from journeyman.ports.repository import Repository
from journeyman.settings import Settings

_BRANCH = "journeyman/"


class LocalForge:
    """Delivers within one machine; the working tree and the checked-out branch are never touched."""

    place = "local:"

    def __init__(self, repository: Repository, texts_dir: Path) -> None:
        self._repository = repository
        self._texts_dir = texts_dir

    async def survey(self, _change: Change) -> Survey:
        """Say nothing: the base is in this very repository, and `push` looks at the branch itself."""
        return Survey()

    async def find(self, branch: str) -> PullRequest | None:
        """Return the text that was written for a branch."""
        text = self._text(branch)
        if not text.is_file():
            return None
        return PullRequest(number=0, url=str(text), body=await asyncio.to_thread(text.read_text, "utf-8"))

    async def push(self, commit: str, branch: str) -> bool:
        """Point a new branch at the commit; False when it did already."""
        return await self._repository.publish(commit, branch)

    async def open(self, change: Change, *, draft: bool) -> PullRequest:  # noqa: ARG002 - a file is never merged
        """Write the pull request's text."""
        there = await self.find(change.branch)
        if there is not None:
            return replace(there, found=True)
        text = self._text(change.branch)
        await asyncio.to_thread(_write, text, f"# {change.title}\n\n{change.body}")
        return PullRequest(number=0, url=str(text), body=change.body)

    async def annotate(self, _number: int, _labels: tuple[str, ...], _reviewers: tuple[str, ...]) -> tuple[str, ...]:
        """Do nothing: nobody is told of a file."""
        return ()

    async def comment(self, _number: int, _text: str, _marker: str) -> bool:
        """Do nothing, likewise."""
        return False

    def _text(self, branch: str) -> Path:
        return self._texts_dir / branch.removeprefix(_BRANCH) / "pull-request.md"


@asynccontextmanager
async def open_forge(_rest: str, settings: Settings, repository: Repository) -> AsyncIterator[LocalForge]:
    """Open the forge. A forge's factory is also given the repository that holds the judged tree."""
    yield LocalForge(repository, settings.data_dir / "runs")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(text, "utf-8")
    draft.replace(path)
