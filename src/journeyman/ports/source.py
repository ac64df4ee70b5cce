"""The seam to specs, wherever they are written: locator -> Spec."""

from typing import Protocol, runtime_checkable

from journeyman.domain.answer import Answer
from journeyman.domain.spec import Spec


class SpecSource(Protocol):
    """Reads one scheme of spec locators."""

    async def load(self, rest: str) -> Spec:
        """Return the spec behind `scheme:rest`.

        Raises:
            UserError: there is none, or it cannot be used; the text says what to do.
        """
        ...


@runtime_checkable
class AnsweringSource(SpecSource, Protocol):
    """A source that may be told what became of a spec; a capability that not every source has."""

    async def answer(self, rest: str, answer: Answer) -> tuple[str, ...]:
        """Write back what the answer's wishes ask for and this source can; returns what was done, in words.

        Doing it twice changes nothing.

        Raises:
            UserError: it is refused; the text says what to do.
            AdapterError: the service failed.
        """
        ...
