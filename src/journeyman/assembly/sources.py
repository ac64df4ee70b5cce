"""Where specs come from: a locator opens the source of its scheme."""

from pathlib import Path
from typing import cast

from journeyman.domain.spec import Spec
from journeyman.plugins import find_factory, split_locator
from journeyman.ports.source import SpecSource
from journeyman.settings import Settings
from journeyman.stages.ingest import ingest


async def read_spec(locator: str, settings: Settings) -> Spec:
    """Return a spec as its source reads it, ready or not.

    Raises:
        UserError: there is none, or it cannot be read.
        AdapterError: the service that holds it failed.
    """
    scheme, rest = source_locator(locator)
    async with find_factory("sources", scheme)(rest, settings) as source:
        return await cast("SpecSource", source).load(rest)


async def ready_spec(locator: str, settings: Settings, *, accept_author: bool = False) -> Spec:
    """Return a spec that a run may start from.

    Raises:
        UserError: there is none, or it is not ready; the text says what is missing.
        AdapterError: the service that holds it failed.
    """
    scheme, rest = source_locator(locator)
    async with find_factory("sources", scheme)(rest, settings) as source:
        return await ingest(rest, source=cast("SpecSource", source), accept_author=accept_author)


def source_locator(spec: str) -> tuple[str, str]:
    """Return (scheme, rest); a bare path is a file, whatever characters it holds."""
    scheme, rest = split_locator(spec)
    if not scheme or Path(spec).exists():
        return "file", spec
    return scheme, rest
