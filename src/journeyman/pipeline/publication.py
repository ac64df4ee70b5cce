"""The last step of a run, and of `deliver RUN`: cleared by the log, then delivered, and recorded on both sides."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from journeyman.domain.change import Change
from journeyman.domain.delivery import Delivery, Wishes
from journeyman.domain.errors import JourneymanError
from journeyman.domain.event import ChangeDelivered, DeliveryIntended, Record
from journeyman.domain.records import of_kind
from journeyman.domain.spec import Spec
from journeyman.pipeline.clearance import cleared
from journeyman.ports.events import Step
from journeyman.ports.forge import Forge
from journeyman.ports.repository import Repository
from journeyman.stages.deliver import deliver

SpecAgain = Callable[[], Awaitable[Spec]]
"""Reads the spec from its source once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Everything that a delivery needs; no model is among it."""

    forge: Forge
    """Recording under `step`."""
    repository: Repository
    step: Step
    """Of the delivery; the same for every try."""
    wishes: Wishes
    spec_again: SpecAgain | None
    """None delivers what was asked for when the run started, whatever the source says now."""

    async def publish(self, change: Change, records: tuple[Record, ...]) -> Delivery:
        """Hold a change against the log of its run, then land it. Doing it twice changes nothing.

        Raises:
            DeniedError: the log, or the spec as it is now, says that this must not be published.
            UserError: what is at the forge does not fit; nothing was changed.
            AdapterError: the forge did not answer; doing it again goes on where this ended.
        """
        # What was delivered is never refused for a ticket that the delivery itself has commented on.
        delivered = next(of_kind(records, ChangeDelivered), None) is not None
        spec, note = (None, "") if delivered else await self._spec_now()
        clearance = cleared(change, records, place=self.forge.place, spec=spec, note=note)
        if not delivered:
            await self.step.revisit("cleared").append(clearance)
        await self.step.revisit("begin").append(
            DeliveryIntended(branch=change.branch, tree=change.tree, base=change.base)
        )
        delivery = await deliver(change, forge=self.forge, repository=self.repository, wishes=self.wishes)
        await self.step.revisit("end").append(
            ChangeDelivered(
                branch=delivery.branch,
                commit=delivery.commit,
                pull_request=delivery.pull_request,
                already_there=delivery.already_there,
            )
        )
        return delivery

    async def _spec_now(self) -> tuple[Spec | None, str]:
        if self.spec_again is None:
            return None, "the spec was not read again, as asked"
        try:
            return await self.spec_again(), ""
        except JourneymanError as error:
            return None, f"the spec could not be read again: {str(error).splitlines()[0]}"
