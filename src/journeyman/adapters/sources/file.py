"""`file:PATH`: a spec in a Markdown or plain-text file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from journeyman.adapters.sources.markdown import spec_from_markdown
from journeyman.domain.errors import UserError
from journeyman.domain.spec import Spec
from journeyman.settings import Settings

_MAX_BYTES = 400_000
"""Far more than the most that is accepted as an intent; keeps a mistaken path from filling memory."""


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
    if path.stat().st_size > _MAX_BYTES:
        raise UserError(
            f"the spec {rest} has {path.stat().st_size:,} bytes; {_MAX_BYTES:,} is the most",
            remedy="Split it into units of work that fit one pull request each.",
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(
            f"the spec {rest} is not UTF-8 text (byte {error.start})", remedy="Save it as UTF-8, or name another file."
        ) from error
    if "\0" in text:
        raise UserError(f"the spec {rest} is a binary file", remedy="Name a text file.")
    return spec_from_markdown(text, locator=f"file:{rest}", folder=path.resolve().parent)
