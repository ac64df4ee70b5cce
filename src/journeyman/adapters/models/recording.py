"""`recording:PATH#SCHEME:REST`: asks another model and keeps every answer in PATH, for `recorded:PATH` to give back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from journeyman.adapters.models.recorded import RecordingModel
from journeyman.domain.errors import UserError
from journeyman.plugins import find_factory, split_locator
from journeyman.ports.model import LanguageModel
from journeyman.settings import Settings


@asynccontextmanager
async def open_model(rest: str, settings: Settings) -> AsyncIterator[RecordingModel]:
    """Open the other model; the file is appended to.

    Raises:
        UserError: no file or no model is named, or the other model cannot be opened.
    """
    place, _, inner = rest.partition("#")
    scheme, name = split_locator(inner)
    if not place or not scheme:
        raise UserError(
            f"`recording:{rest}` does not say what to record where",
            remedy="Write it as recording:PATH#scheme:name, e.g. recording:session.jsonl#openai:gpt-5-mini.",
        )
    async with find_factory("models", scheme)(name, settings) as model:
        yield RecordingModel(cast("LanguageModel", model), Path(place).expanduser())
