"""The seam to specs, wherever they are written: locator -> Spec."""

from typing import Protocol

from journeyman.domain.spec import Spec


class SpecSource(Protocol):
    """Reads one scheme of spec locators."""

    async def load(self, rest: str) -> Spec:
        """Return the spec behind `scheme:rest`.

        Raises:
            UserError: there is none, or it cannot be used; the text says what to do.
        """
        ...
