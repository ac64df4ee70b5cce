"""The one door: run · watch, for the command line, the web and Python callers alike."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from functools import partial

from journeyman.domain.change import Change
from journeyman.domain.delivery import Delivery, Wishes
from journeyman.domain.errors import JourneymanError, UserError
from journeyman.domain.event import ChangeProposed, Record, RunEnded, RunStarted
from journeyman.domain.outcome import Abandoned, Accepted, Cause, Delivered, Escalated, Outcome, Planned
from journeyman.domain.plain_data import to_json
from journeyman.domain.records import of_kind
from journeyman.domain.run import Order
from journeyman.domain.snapshot import Snapshot
from journeyman.domain.spec import Spec
from journeyman.pipeline.meter import Meter
from journeyman.pipeline.publication import Publisher, SpecAgain
from journeyman.pipeline.run import run as run_pipeline
from journeyman.pipeline.toolbox import Toolbox
from journeyman.ports.events import EventSource, Step
from journeyman.ports.forge import Forge
from journeyman.ports.repository import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """Everything one run needs, opened: made by the composition root, closed when the run has ended."""

    run_id: str
    base: Snapshot
    model_name: str
    tools: Toolbox
    root: Step
    """Where the run's own facts go."""
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What delivering an earlier run works with."""

    forge: Forge
    """Recording under `step`."""
    repository: Repository
    step: Step
    wishes: Wishes


LoadSpec = Callable[[Order], Awaitable[Spec]]
OpenWorkshop = Callable[[Order], AbstractAsyncContextManager[Workshop]]


class Engine:
    """Starts runs and reads them back."""

    def __init__(self, load_spec: LoadSpec, open_workshop: OpenWorkshop, events: EventSource) -> None:
        self._load_spec = load_spec
        self._open_workshop = open_workshop
        self._events = events

    async def run(self, order: Order, *, started: Callable[[str], None] = lambda _run: None) -> Outcome:
        """Carry an order to its outcome; `started` is told the run's id before its first fact.

        However a run ends, its log says so: an error and a cancellation are recorded, then raised.

        Raises:
            UserError: the order cannot be carried out as given. Nothing was changed.
            AdapterError: the world failed.
        """
        spec = await self._load_spec(order)
        async with self._open_workshop(order) as workshop:
            started(workshop.run_id)
            return await _recorded_run(order, spec, workshop, partial(self._load_spec, order))

    async def deliver(self, run: str, desk: Desk, *, as_pinned: bool = False) -> Delivery:
        """Deliver what the judge accepted in an earlier run; doing it twice changes nothing.

        Args:
            run: its id.
            desk: what the delivery works with.
            as_pinned: deliver although the spec may have been edited since.

        Raises:
            UserError: there is no such run, or nothing was accepted in it.
            DeniedError: the log, or the spec as it is now, says that this must not be published.
        """
        records = await self._events.records(run)
        started = next((event for _, event in of_kind(records, RunStarted)), None)
        if started is None:
            raise UserError(f"there is no run `{run}`", remedy="See `journeyman runs list`.")
        publisher = Publisher(
            forge=desk.forge,
            repository=desk.repository,
            step=desk.step,
            wishes=desk.wishes,
            # Who wrote it was settled when the run started; here it is only compared.
            spec_again=None
            if as_pinned
            else partial(self._load_spec, Order(spec=started.spec_locator, accept_author=True)),
        )
        return await publisher.publish(await self.proposed(run), records)

    async def proposed(self, run: str) -> Change:
        """Return the change that a run proposed, from its log.

        Raises:
            UserError: it proposed none, or its texts were erased.
        """
        found = [event for _, event in of_kind(await self._events.records(run), ChangeProposed)]
        if not found:
            raise UserError(f"run `{run}` has no accepted change", remedy="See `journeyman runs list`.")
        event = found[0]
        body, message = await self._events.body(event.body), await self._events.body(event.message)
        if body is None or message is None:
            raise UserError(f"the texts of run `{run}` were erased", remedy="Run the spec again.")
        return Change(
            run=run,
            base=event.base,
            target=event.target,
            tree=event.tree,
            branch=event.branch,
            title=event.title,
            body=body.decode(),
            message=message.decode(),
        )

    def watch(self, run: str, *, after: int = -1) -> AsyncIterator[Record]:
        """Yield the records of a run as they arrive, until it has ended."""
        return self._events.tail(run, after=after)


async def _recorded_run(order: Order, spec: Spec, workshop: Workshop, spec_again: SpecAgain) -> Outcome:
    meter = Meter(budget=order.budget, asks_later=bool(order.reviewer))
    await workshop.root.append(_started(order, workshop))
    try:
        outcome = await run_pipeline(
            order,
            spec,
            workshop.base,
            run_id=workshop.run_id,
            tools=workshop.tools,
            meter=meter,
            spec_again=spec_again,
        )
    except asyncio.CancelledError:
        ended = _ended(Abandoned(cause=Cause.CANCELLED, reason="a person stopped it"), meter)
        # The cancellation goes on only after the log has its last word.
        await asyncio.shield(workshop.root.append(ended))
        raise
    except JourneymanError as error:
        reason = str(error).split("\n", 1)[0]
        await workshop.root.append(_ended(Abandoned(cause=Cause.FAULT, reason=reason), meter))
        raise
    await workshop.root.append(_ended(outcome, meter))
    return outcome


def _started(order: Order, workshop: Workshop) -> RunStarted:
    return RunStarted(
        spec_locator=order.spec,
        base=workshop.base.commit,
        base_ref=workshop.base.ref,
        model=workshop.model_name,
        strategy=order.strategy,
        candidates=order.candidates,
        budget=json.dumps(asdict(order.budget), sort_keys=True, separators=(",", ":")),
        version=workshop.version,
        order=to_json(order).decode(),
    )


def _ended(outcome: Outcome, meter: Meter) -> RunEnded:
    match outcome:
        case Delivered():
            name, cause, reason = "delivered", "", f"on branch {outcome.delivery.branch}"
        case Accepted():
            name, cause, reason = "accepted", "", "accepted by the judge; delivery was not asked for"
        case Escalated():
            name, cause, reason = "escalated", outcome.cause.value, outcome.reason
        case Abandoned():
            name, cause, reason = "abandoned", outcome.cause.value, outcome.reason
        case Planned():
            name, cause, reason = "planned", "", "a plan was asked for, and nothing else"
    return RunEnded(
        outcome=name,
        cause=cause,
        reason=reason,
        attempts=meter.spent.requests,
        usage=meter.spent,
        duration_s=round(meter.elapsed_s, 3),
    )
