"""Opening the models of a run."""

from contextlib import AsyncExitStack
from typing import cast

from journeyman.domain.errors import UserError
from journeyman.plugins import find_factory, split_locator
from journeyman.ports.model import LanguageModel
from journeyman.settings import Settings


async def open_models(
    locators: tuple[str, ...], settings: Settings, stack: AsyncExitStack
) -> tuple[LanguageModel, ...]:
    """Open each model once, however often it is named."""
    opened = {locator: await _open_model(locator, settings, stack) for locator in dict.fromkeys(locators)}
    return tuple(opened[locator] for locator in locators)


async def _open_model(locator: str, settings: Settings, stack: AsyncExitStack) -> LanguageModel:
    scheme, rest = split_locator(locator)
    if not scheme or not rest:
        raise UserError(f"`{locator}` is not a model", remedy="Write it as scheme:name, e.g. local:qwen2.5-coder-1.5b.")
    factory = find_factory("models", scheme)
    return cast("LanguageModel", await stack.enter_async_context(factory(rest, settings)))
