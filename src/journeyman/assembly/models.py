"""Opening the models of a run."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from journeyman.adapters.models.fallback import open_chain
from journeyman.domain.errors import UserError
from journeyman.domain.run import Order
from journeyman.plugins import split_locator
from journeyman.ports.model import LanguageModel
from journeyman.settings import Settings

if TYPE_CHECKING:
    from journeyman.eventlog.replay import Replay


async def open_models(
    locators: tuple[str, ...], settings: Settings, stack: AsyncExitStack
) -> tuple[LanguageModel, ...]:
    """Open each model once, however often it is named; the first one has those of `[model] fallback` behind it."""
    # The others are there for being different: one that fell back on the first's would not be.
    alone = replace(settings, model=replace(settings.model, fallback=()))
    opened: dict[str, LanguageModel] = {}
    for locator in dict.fromkeys(locators):
        opened[locator] = await _open_model(locator, alone if opened else settings, stack)
    return tuple(opened[locator] for locator in locators)


async def _open_model(locator: str, settings: Settings, stack: AsyncExitStack) -> LanguageModel:
    scheme, rest = split_locator(locator)
    if not scheme or not rest:
        raise UserError(f"`{locator}` is not a model", remedy="Write it as scheme:name, e.g. local:qwen2.5-coder-1.5b.")
    return await stack.enter_async_context(open_chain(locator, settings))


async def models_at(
    order: Order, settings: Settings, stack: AsyncExitStack, replay: "Replay | None"
) -> Callable[[str], tuple[LanguageModel, ...]]:
    """Return which models a step asks: those of the order, or in a replay what was answered in that very step."""
    if replay is not None:
        return lambda step: (replay.model(step),)
    models = await open_models(order.asked, settings, stack)
    return lambda _step: models


async def reviewer_at(
    order: Order, settings: Settings, stack: AsyncExitStack, replay: "Replay | None"
) -> Callable[[str], LanguageModel | None]:
    """Return which model reviews, likewise; none when nobody asked for it."""
    if not order.reviewer:
        return lambda _step: None
    if replay is not None:
        return replay.model
    (reviewer,) = await open_models((order.reviewer,), settings, stack)
    return lambda _step: reviewer
