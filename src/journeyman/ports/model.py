"""The seam to language models: Prompt -> Completion."""

from typing import Protocol

from journeyman.domain.prompt import Completion, Prompt


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
