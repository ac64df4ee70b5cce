"""ChromaDB, in this process and as a server of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

pytest.importorskip("chromadb", reason="the extra `chroma` is not installed")

from tests.adapters.vectors.conftest import SettingsFor

from journeyman.adapters.vectors.chroma import ChromaVectors, open_embedded, open_server
from journeyman.domain.errors import AdapterError, UserError
from journeyman.testing.conformance.vectors import SHOP, Place, VectorStoreConformance, files_of, key, scope_of


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`chroma run` on a free port."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        program = Path(sys.executable).with_name("chroma")
        self._process = subprocess.Popen(
            [program, "run", "--host", "127.0.0.1", "--port", str(self.port), "--path", str(folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
        )

    def wait(self) -> None:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise AssertionError("chroma did not start in half a minute")

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("chroma"))
    running.wait()
    yield running
    running.stop()


class TestEmbedded(VectorStoreConformance):
    """Every promise of the seam, in this process."""

    many = 20_000
    recall = 0.8

    @pytest.fixture
    def place(self, by_repository: SettingsFor) -> Place:
        return lambda: open_embedded("", by_repository("chroma:"))


@pytest.mark.slow
class TestServer(VectorStoreConformance):
    """Every promise of the seam, over HTTP."""

    recall = 0.8

    @pytest.fixture
    async def place(self, server: Server, by_repository: SettingsFor) -> Place:
        rest = f"//127.0.0.1:{server.port}"

        def opened() -> AbstractAsyncContextManager[ChromaVectors]:
            return open_server(rest, by_repository(f"chroma+http:{rest}"))

        async with opened() as store:
            for collection in store._client.list_collections():
                store._client.delete_collection(collection.name)
        return opened


async def test_a_server_that_is_not_there_is_said(by_repository: SettingsFor) -> None:
    rest = f"//127.0.0.1:{free_port()}"
    with pytest.raises(AdapterError, match=r"chroma\+http://127\.0\.0\.1:\d+ does not answer") as refused:
        async with open_server(rest, by_repository(f"chroma+http:{rest}")):
            pass
    assert refused.value.retryable


@pytest.mark.slow
async def test_a_server_that_goes_away_is_said(tmp_path: Path, by_repository: SettingsFor) -> None:
    running = Server(tmp_path)
    running.wait()
    rest = f"//127.0.0.1:{running.port}"
    files = files_of(["a.py"])
    async with open_server(rest, by_repository(f"chroma+http:{rest}")) as store:
        await store.upsert(SHOP, files)
        running.stop()
        for call in (
            store.upsert(SHOP, files),
            store.count(SHOP),
            store.missing(SHOP, [key("a.py")]),
            store.search(scope_of(files), files[0].vectors[0], limit=3),
        ):
            with pytest.raises(AdapterError, match="does not answer") as refused:
                await call
            assert refused.value.retryable


@pytest.mark.parametrize("rest", ["//example.org:8000", "//10.0.0.7:8000", "//127.0.0.1.example.org"])
async def test_a_repository_cannot_choose_a_server(rest: str, by_repository: SettingsFor) -> None:
    with pytest.raises(UserError, match="only the repository says so"):
        async with open_server(rest, by_repository(f"chroma+http:{rest}")):
            pass


@pytest.mark.parametrize("rest", ["", "//", "//:8000", "//[::1", "//host:port"])
async def test_what_is_no_address_is_refused(rest: str, by_person: SettingsFor) -> None:
    with pytest.raises(UserError, match="is no address"):
        async with open_server(rest, by_person(f"chroma+http:{rest}")):
            pass


async def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path, by_person: SettingsFor) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(AdapterError, match="cannot be opened"):
        async with open_embedded(str(tmp_path / "file"), by_person(f"chroma:{tmp_path / 'file'}")):
            pass
