"""Weaviate, through its official client over real gRPC, to a server in this process."""

from collections.abc import Iterator

import pytest

pytest.importorskip("weaviate", reason="the extra `weaviate` is not installed")

from tests.adapters.vectors.conftest import SettingsFor

from journeyman.adapters.vectors.weaviate import open_store
from journeyman.domain.errors import AdapterError, UserError
from journeyman.testing.conformance.vectors import SHOP, Place, VectorStoreConformance, files_of, key, scope_of
from journeyman.testing.weaviate import InMemoryWeaviate


@pytest.fixture(scope="module")
def running() -> Iterator[InMemoryWeaviate]:
    with InMemoryWeaviate().serving() as serving:
        yield serving


@pytest.fixture
def server(running: InMemoryWeaviate) -> InMemoryWeaviate:
    running.clear()
    return running


def rest_of(server: InMemoryWeaviate) -> str:
    return f"//127.0.0.1:{server.http_port}?grpc={server.grpc_port}"


class TestWeaviateVectors(VectorStoreConformance):
    """Every promise of the seam."""

    @pytest.fixture
    def place(self, server: InMemoryWeaviate, by_repository: SettingsFor) -> Place:
        return lambda: open_store(rest_of(server), by_repository(f"weaviate:{rest_of(server)}"))


async def test_a_full_server_is_said_and_nothing_is_lost(server: InMemoryWeaviate, by_repository: SettingsFor) -> None:
    async with open_store(rest_of(server), by_repository("weaviate:")) as store:
        await store.upsert(SHOP, files_of(["a.py"]))
        server.full = True
        with pytest.raises(AdapterError, match="read-only due to: disk usage"):
            await store.upsert(SHOP, files_of(["b.py"]))
        assert await store.count(SHOP) == 3


async def test_a_server_that_goes_away_is_said(by_repository: SettingsFor) -> None:
    files = files_of(["a.py"])
    with InMemoryWeaviate().serving() as serving:
        opening = open_store(rest_of(serving), by_repository("weaviate:"))
        store = await opening.__aenter__()
        await store.upsert(SHOP, files)
    store._patience_s = 0.5
    for call in (
        store.upsert(SHOP, files),
        store.count(SHOP),
        store.missing(SHOP, [key("a.py")]),
        store.search(scope_of(files), files[0].vectors[0], limit=3),
    ):
        with pytest.raises(AdapterError, match="does not answer") as refused:
            await call
        assert refused.value.retryable
    await opening.__aexit__(None, None, None)
    with pytest.raises(AdapterError, match=r"weaviate://127\.0\.0\.1:\d+ does not answer"):
        async with open_store(rest_of(serving), by_repository("weaviate:")):
            pass


async def test_a_wrong_key_is_told_who_must_act(running: InMemoryWeaviate, by_repository: SettingsFor) -> None:
    with InMemoryWeaviate().serving() as serving:
        serving.key = "right"
        with pytest.raises(UserError, match="does not let us in"):
            async with open_store(rest_of(serving), by_repository("weaviate:")) as store:
                await store.count(SHOP)


@pytest.mark.parametrize("rest", ["//weaviate.example.org", "//10.1.2.3:8080?grpc=50051"])
async def test_a_repository_cannot_choose_a_server(rest: str, by_repository: SettingsFor) -> None:
    with pytest.raises(UserError, match="only the repository says so"):
        async with open_store(rest, by_repository(f"weaviate:{rest}")):
            pass


async def test_a_port_that_is_none_is_refused(by_repository: SettingsFor) -> None:
    with pytest.raises(UserError, match="is no port"):
        async with open_store("//127.0.0.1?grpc=x", by_repository("weaviate://127.0.0.1?grpc=x")):
            pass
