"""The seam to hosts of repositories and pull requests: Change -> Delivery."""

from typing import Protocol

from journeyman.domain.change import Change
from journeyman.domain.delivery import Delivery


class Forge(Protocol):
    """Where people review and merge."""

    async def deliver(self, change: Change) -> Delivery:
        """Land a change on its branch and present it. Idempotent by branch and tree.

        Raises:
            UserError: the branch exists with other content.
            AdapterError: the host did not answer.
        """
        ...
