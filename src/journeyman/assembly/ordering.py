"""The order that settings describe, before anything that a person says on top."""

from journeyman.assembly.delivering import LOCAL
from journeyman.domain.errors import UserError
from journeyman.domain.run import Deliver, Order, Variety
from journeyman.domain.usage import Budget
from journeyman.settings import Settings


def order_of(settings: Settings, spec: str) -> Order:
    """Return the order that the settings alone describe."""
    run = settings.run
    budget = Budget(
        attempts=run.attempts,
        requests=run.requests,
        tokens=run.tokens,
        cost_usd=run.cost_usd,
        wall_time_s=run.wall_time_s,
    )
    return Order(
        spec=spec,
        model=settings.model.name,
        strategy=run.strategy,
        models=run.models,
        reviewer=run.reviewer,
        candidates=run.candidates,
        in_flight=max(1, run.in_flight),
        variety=variety_of(run.variety),
        agreement=max(1, run.agreement),
        budget=budget,
        deliver=Deliver.BRANCH if settings.forge.forge == LOCAL else Deliver.PULL_REQUEST,
        context_tokens=run.context_tokens,
    )


def variety_of(word: str) -> Variety:
    """Return what a setting names.

    Raises:
        UserError: it names nothing.
    """
    try:
        return Variety(word)
    except ValueError as error:
        known = ", ".join(Variety)
        raise UserError(f"[run] variety `{word}` is not known", remedy=f"Known: {known}.") from error
