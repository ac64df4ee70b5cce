"""What leaves the store: a branch for the person's own repository, and the way to repositories elsewhere."""

import asyncio
from collections.abc import Mapping

from journeyman.ports.remote import Authorization
from journeyman.repository.git import Git
from journeyman.repository.location import Location
from journeyman.repository.publish import publish
from journeyman.repository.remote import HttpsRemote


class Outgoing:
    """The half of a repository that other people see."""

    def __init__(self, git: Git, location: Location) -> None:
        self._git = git
        self.location = location

    async def publish(self, commit: str, branch: str) -> bool:
        """Make a new branch of the person's repository; False when it is already there."""
        return await asyncio.to_thread(publish, self._git, self.location, commit, branch)

    def remote(self, url: str, *, authorization: Authorization, environment: Mapping[str, str]) -> HttpsRemote:
        """Return a repository elsewhere that takes commits of this one; nothing is asked of it yet.

        Raises:
            UserError: the URL is none that a credential may be sent to.
        """
        return HttpsRemote(self._git, url, authorization=authorization, environment=environment)
