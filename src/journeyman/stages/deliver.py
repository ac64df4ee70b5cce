"""deliver: Change -> Delivery."""

from journeyman.domain.change import Change
from journeyman.domain.delivery import Delivery
from journeyman.ports.forge import Forge


async def deliver(change: Change, *, forge: Forge) -> Delivery:
    """Land a change where people review it. Delivering the same change again changes nothing.

    Raises:
        UserError: the branch exists with other content.
        AdapterError: the forge did not answer.
    """
    return await forge.deliver(change)
