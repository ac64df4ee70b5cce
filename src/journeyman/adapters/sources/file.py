"""`file:PATH`: a spec in a Markdown or plain-text file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from journeyman.adapters.sources.folder import text_at
from journeyman.adapters.sources.markdown import spec_from_markdown
from journeyman.domain.errors import UserError
from journeyman.domain.spec import Spec
from journeyman.settings import Settings


class FileSource:
    """Reads a spec from a file on this machine."""

    async def load(self, rest: str) -> Spec:
        """Return the spec in the file `rest`.

        Raises:
            UserError: no such file, a directory, too large, or not UTF-8 text.
        """
        return await asyncio.to_thread(_load, rest)


@asynccontextmanager
async def open_source(_rest: str, _settings: Settings) -> AsyncIterator[FileSource]:
    """Open the source; there is nothing to close."""
    yield FileSource()


def _load(rest: str) -> Spec:
    path = Path(rest).expanduser()
    if path.is_dir():
        raise UserError(f"{rest} is a directory, not a spec", remedy="Name the Markdown file in it.")
    if not path.is_file():
        raise UserError(
            f"there is no spec at {rest}", remedy="Give a file, `text:what is wanted`, or `test:path/to/test.py::name`."
        )
    text = text_at(path, shown=f"spec {rest}")
    return spec_from_markdown(text, locator=f"file:{rest}", folder=path.resolve().parent)
