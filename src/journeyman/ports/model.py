"""The seam to language models: Prompt -> Completion."""

from typing import Protocol, runtime_checkable

from journeyman.domain.prompt import Completion, Prompt
from journeyman.domain.usage import Left


class LanguageModel(Protocol):
    """Any model, wherever it runs."""

    @property
    def name(self) -> str:
        """The locator it was opened from, `scheme:rest`."""
        ...

    async def complete(self, prompt: Prompt) -> Completion:
        """Answer one prompt.

        A truncated or empty answer is a Completion with its finish reason, not an error.

        Raises:
            AdapterError: the model could not answer; `retryable` after the adapter's own retries
                have been used up.
        """
        ...


class Metered(LanguageModel, Protocol):
    """A model that says what may still be spent on it."""

    def left(self) -> Left:
        """Return what is left of the run's budget, for all lineages together."""
        ...


@runtime_checkable
class Priced(Protocol):
    """A model that says beforehand what an answer can cost; every adapter that knows its prices should."""

    def most_cost_usd(self, *, input_tokens: int, output_tokens: int) -> float | None:
        """Return the most that so many tokens can cost, nothing of them cached; None when the price is unknown."""
        ...


def most_cost_usd(model: LanguageModel, *, input_tokens: int, output_tokens: int) -> float | None:
    """Return what a model says of its price; silence is an unknown price, never none."""
    if not isinstance(model, Priced):
        return None
    return model.most_cost_usd(input_tokens=input_tokens, output_tokens=output_tokens)
