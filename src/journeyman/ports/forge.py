"""The seam to hosts of repositories and pull requests: each method one effect, and none of them decides."""

from typing import Protocol

from journeyman.domain.change import Change
from journeyman.domain.delivery import PullRequest, Survey


class Forge(Protocol):
    """Where people review and merge. Whoever holds a forge's token is behind this seam."""

    @property
    def place(self) -> str:
        """Where it is, `scheme:rest`, for people and for the log."""
        ...

    async def survey(self, change: Change) -> Survey:
        """Say what is there; changes nothing.

        Raises:
            UserError: there is no such repository, or the token is refused.
            AdapterError: the host did not answer.
        """
        ...

    async def find(self, branch: str) -> PullRequest | None:
        """Return the pull request of a branch, the newest if there are several, whatever became of it."""
        ...

    async def push(self, commit: str, branch: str) -> bool:
        """Make a new branch that points at `commit`; False when it already did.

        Raises:
            UserError: the branch points somewhere else, or nobody may make it.
        """
        ...

    async def open(self, change: Change, *, draft: bool) -> PullRequest:
        """Open the pull request of the change's branch, or find it open; the branch is there already.

        Raises:
            UserError: the forge refuses it, and says why.
        """
        ...

    async def annotate(self, number: int, labels: tuple[str, ...], reviewers: tuple[str, ...]) -> tuple[str, ...]:
        """Label a pull request and ask for reviews; asking again changes nothing.

        Returns what could not be done, in words: a reviewer who left is no reason to fail.
        """
        ...

    async def comment(self, number: int, text: str, marker: str) -> bool:
        """Comment once: False when a comment that holds `marker` is there already."""
        ...
