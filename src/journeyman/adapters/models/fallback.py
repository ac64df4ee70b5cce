"""A chain of models: while one cannot answer, the next is asked; what answered is recorded beside what was asked."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import cast

from journeyman.domain.errors import AdapterError
from journeyman.domain.prompt import Completion, Prompt
from journeyman.plugins import find_factory, split_locator
from journeyman.ports.model import LanguageModel, most_cost_usd
from journeyman.settings import Settings

_REST_S = 60.0
"""A model that could not answer is not asked again for so long: its own retries have cost enough time."""


class FallbackModel:
    """Asks the first model, and while it cannot answer the ones after it."""

    def __init__(
        self, models: tuple[LanguageModel, ...], *, rest_s: float = _REST_S, now: Callable[[], float] = time.monotonic
    ) -> None:
        """`models` in the order they are asked; there is at least one."""
        self._models = models
        self._rest_s = rest_s
        self._now = now
        self._resting: dict[str, float] = {}

    @property
    def name(self) -> str:
        """The locator of the model that is wanted."""
        return self._models[0].name

    def most_cost_usd(self, *, input_tokens: int, output_tokens: int) -> float | None:
        """Return the most that the dearest of them can cost; None while the price of one is unknown."""
        costs = [most_cost_usd(model, input_tokens=input_tokens, output_tokens=output_tokens) for model in self._models]
        known = [cost for cost in costs if cost is not None]
        return max(known) if len(known) == len(costs) else None

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer with the first model that can.

        A completion of another than the first names it in `served_model`, its scheme in front.

        Raises:
            AdapterError: none could; the text says why, for each.
        """
        failures: list[AdapterError] = []
        for model in self._awake():
            try:
                completion = await model.complete(prompt)
            except AdapterError as error:
                failures.append(error)
                self._resting[model.name] = self._now() + self._rest_s
                continue
            self._resting.pop(model.name, None)
            return completion if model is self._models[0] else self._attributed(completion, model)
        raise AdapterError(
            "no model could answer:\n" + "\n".join(f"  {error}" for error in failures),
            retryable=any(error.retryable for error in failures),
        )

    def _awake(self) -> tuple[LanguageModel, ...]:
        awake = tuple(model for model in self._models if self._resting.get(model.name, 0.0) <= self._now())
        # If all of them failed a moment ago, a moment ago is all that is known.
        return awake or self._models

    def _attributed(self, completion: Completion, model: LanguageModel) -> Completion:
        scheme, _ = split_locator(model.name)
        return replace(completion, requested_model=self.name, served_model=f"{scheme}:{completion.served_model}")


@asynccontextmanager
async def open_chain(locator: str, settings: Settings) -> AsyncIterator[LanguageModel]:
    """Open a model, with those of `[model] fallback` behind it.

    All are opened at once: a key that is missing is noticed now, not in the night when it is wanted.

    Raises:
        UserError: one of them cannot be opened as configured.
    """
    # Address and key of [model] are the first one's own.
    plain = replace(settings, model=replace(settings.model, base_url="", api_key_env="", fallback=()))
    async with AsyncExitStack() as stack:
        models = [await _open(locator, settings, stack)]
        models += [await _open(other, plain, stack) for other in settings.model.fallback if other != locator]
        yield models[0] if len(models) == 1 else FallbackModel(tuple(models))


async def _open(locator: str, settings: Settings, stack: AsyncExitStack) -> LanguageModel:
    scheme, rest = split_locator(locator)
    return cast("LanguageModel", await stack.enter_async_context(find_factory("models", scheme)(rest, settings)))
