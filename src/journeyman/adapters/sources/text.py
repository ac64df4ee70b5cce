"""`text:WORDS`: a spec typed on the command line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from journeyman.adapters.sources.markdown import spec_from_markdown
from journeyman.domain.spec import Spec
from journeyman.settings import Settings


class TextSource:
    """Takes the words themselves as the spec."""

    async def load(self, rest: str) -> Spec:
        """Return the spec in the words; the first sentence is its title."""
        return spec_from_markdown(rest, locator=f"text:{rest[:60]}", folder=Path.cwd())


@asynccontextmanager
async def open_source(_rest: str, _settings: Settings) -> AsyncIterator[TextSource]:
    """Open the source; there is nothing to close."""
    yield TextSource()
