"""Does it answer? One cheap call to each model, and what came of it."""

import asyncio
from dataclasses import dataclass, replace

from journeyman.adapters.models.fallback import open_chain
from journeyman.adapters.models.providers import PROVIDERS
from journeyman.domain.errors import JourneymanError, UserError
from journeyman.domain.prompt import Prompt, Role, Tool, Turn
from journeyman.plugins import split_locator
from journeyman.settings import Settings

_ASKED = Prompt(
    name="check",
    system="You are being tested.",
    turns=(Turn(role=Role.USER, text="Call the tool `ready`."),),
    tools=(Tool(name="ready", description="Say that you are ready.", parameters='{"properties":{},"type":"object"}'),),
    max_tokens=64,
)
"""Some thirty tokens in, and no room for many out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCheck:
    """What came of one call."""

    locator: str
    works: bool
    served_model: str = ""
    response_id: str = ""
    calls_tools: bool = False
    """Whether it asked for the tool that it was told to ask for."""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    """None means that the price is unknown."""
    duration_s: float = 0.0
    problem: str = ""
    remedy: str = ""


def configured_models(settings: Settings) -> tuple[str, ...]:
    """Return a model of each provider whose key is in the environment: the provider's example, by its locator."""
    return tuple(
        f"{provider.scheme}:{provider.example}"
        for provider in PROVIDERS
        if provider.key_env
        and settings.secret(*provider.key_env)
        and (provider.url or settings.secret(*provider.url_env))
    )


async def check_models(locators: tuple[str, ...], settings: Settings) -> tuple[ModelCheck, ...]:
    """Ask each model once, all at the same time; what fails is a value."""
    return tuple(await asyncio.gather(*(_check(locator, settings) for locator in locators)))


async def _check(locator: str, settings: Settings) -> ModelCheck:
    scheme, rest = split_locator(locator)
    try:
        if not scheme or not rest:
            raise UserError(f"`{locator}` is not a model", remedy="Write it as scheme:name.")
        async with open_chain(locator, replace(settings, model=replace(settings.model, fallback=()))) as model:
            completion = await model.complete(_ASKED)
    except JourneymanError as error:
        problem, remedy = (error.problem, error.remedy) if isinstance(error, UserError) else (str(error), "")
        return ModelCheck(locator=locator, works=False, problem=problem, remedy=remedy)
    return ModelCheck(
        locator=locator,
        works=True,
        served_model=completion.served_model,
        response_id=completion.response_id,
        calls_tools=any(call.name == "ready" for call in completion.calls),
        input_tokens=completion.usage.input_tokens,
        output_tokens=completion.usage.output_tokens,
        cost_usd=completion.usage.cost_usd,
        duration_s=completion.duration_s,
    )
