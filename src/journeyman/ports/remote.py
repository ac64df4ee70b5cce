"""The seam to a repository elsewhere, spoken to by git: a few refs are read, one new branch is made."""

from collections.abc import Awaitable, Callable
from typing import Protocol

Authorization = Callable[[], Awaitable[str]]
"""Asked when it is needed; returns the value of an HTTP `Authorization` header, empty for none."""


class GitRemote(Protocol):
    """A repository that git reaches over HTTPS."""

    async def tips(self, *branches: str) -> dict[str, str]:
        """Return branch -> commit, for those of the branches that exist.

        Raises:
            UserError: there is no such repository, or the credential is refused.
            AdapterError: it did not answer.
        """
        ...

    async def holds(self, commit: str, branch: str) -> bool:
        """Say whether the history of a branch there holds a commit; its objects are fetched for that, no ref is."""
        ...

    async def push(self, commit: str, branch: str) -> bool:
        """Make a new branch; False when it already points at the commit, and never move one.

        Raises:
            UserError: it points elsewhere, or the remote refuses it.
        """
        ...
