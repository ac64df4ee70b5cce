"""Where specs come from: a locator opens the source of its scheme."""

from pathlib import Path
from typing import cast

from journeyman.domain.answer import Answer
from journeyman.domain.errors import UserError
from journeyman.domain.spec import Spec
from journeyman.eventlog.views import RunView
from journeyman.plugins import find_factory, split_locator
from journeyman.ports.source import AnsweringSource, SpecSource
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


async def answer_source(view: RunView, settings: Settings) -> tuple[str, ...]:
    """Tell the source of a delivered run's spec what became of it, as `[write_back]` asks; returns what was done.

    Raises:
        UserError: nothing was delivered, or the source refuses.
        AdapterError: the service failed.
    """
    if not view.commit:
        raise UserError(f"run `{view.run}` delivered nothing", remedy="See `journeyman runs list`.")
    answer = Answer(
        run=view.run,
        title=view.title,
        pull_request=view.pull_request,
        branch=view.branch,
        wishes=settings.write_back,
    )
    scheme, rest = source_locator(view.spec_locator)
    async with find_factory("sources", scheme)(rest, settings) as source:
        return await source.answer(rest, answer) if isinstance(source, AnsweringSource) else ()


def source_locator(spec: str) -> tuple[str, str]:
    """Return (scheme, rest); a bare path is a file, whatever characters it holds."""
    scheme, rest = split_locator(spec)
    if not scheme or Path(spec).exists():
        return "file", spec
    return scheme, rest
