"""Pinecone, through its official client, to an index in this process; requests against the official description.

`JOURNEYMAN_PINECONE_OPENAPI` names the file of the data plane's OpenAPI description (from pinecone-io/pinecone-api),
as JSON or YAML; without it every other test is still run.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pinecone", reason="the extra `pinecone` is not installed")

from journeyman.adapters.vectors.pinecone import open_store
from journeyman.domain.errors import AdapterError, UserError
from journeyman.settings import Settings, load_settings
from journeyman.testing.conformance.vectors import (
    LENGTH,
    SHOP,
    Place,
    VectorStoreConformance,
    files_of,
    found,
    key,
    scope_of,
)
from journeyman.testing.pinecone import InMemoryPinecone

DESCRIPTION = load_settings().secret("JOURNEYMAN_PINECONE_OPENAPI")


@pytest.fixture(scope="module")
def running() -> Iterator[InMemoryPinecone]:
    with InMemoryPinecone(dimension=LENGTH).serving() as serving:
        yield serving


@pytest.fixture
def index(running: InMemoryPinecone) -> InMemoryPinecone:
    running.clear()
    running.dimension = LENGTH
    return running


def settings_of(index: InMemoryPinecone, *, key: str = "key") -> Settings:
    return load_settings(environment={"PINECONE_API_KEY": key, "PINECONE_HOST": index.host})


class TestPineconeVectors(VectorStoreConformance):
    """Every promise of the seam."""

    one_length = True

    @pytest.fixture
    def place(self, index: InMemoryPinecone, request: pytest.FixtureRequest) -> Place:
        if "many" in request.node.name:
            index.dimension = 64
        return lambda: open_store("code", settings_of(index))


async def test_a_full_index_is_said_and_nothing_is_lost(index: InMemoryPinecone) -> None:
    async with open_store("code", settings_of(index)) as store:
        await store.upsert(SHOP, files_of(["a.py"]))
        index.full = True
        with pytest.raises(AdapterError, match="max storage"):
            await store.upsert(SHOP, files_of(["b.py"]))
        assert await store.count(SHOP) == 3


async def test_a_wrong_key_is_told_who_must_act(index: InMemoryPinecone) -> None:
    async with open_store("code", settings_of(index, key="wrong")) as store:
        with pytest.raises(UserError, match="does not let us in") as refused:
            await store.count(SHOP)
    assert refused.value.remedy == "Check PINECONE_API_KEY."


async def test_an_index_that_measures_distances_is_refused() -> None:
    with InMemoryPinecone(dimension=LENGTH, metric="euclidean").serving() as serving:
        async with open_store("code", settings_of(serving)) as store:
            with pytest.raises(UserError, match="euclidean"):
                await store.upsert(SHOP, files_of(["a.py"]))


@pytest.mark.slow
async def test_a_service_that_goes_away_is_said() -> None:
    files = files_of(["a.py"])
    with InMemoryPinecone(dimension=LENGTH).serving() as serving:
        opening = open_store("code", settings_of(serving))
        store = await opening.__aenter__()
        await store.upsert(SHOP, files)
    for call in (
        store.count(SHOP),
        store.missing(SHOP, [key("a.py")]),
        store.search(scope_of(files), files[0].vectors[0], limit=3),
    ):
        with pytest.raises(AdapterError, match="pinecone:code does not answer") as refused:
            await call
        assert refused.value.retryable
    await opening.__aexit__(None, None, None)


@pytest.mark.parametrize(
    ("rest", "environment", "said"),
    [
        ("", {"PINECONE_API_KEY": "key"}, "names no index"),
        ("code", {}, "there is no key"),
        ("code", {"PINECONE_API_KEY": "key", "PINECONE_HOST": "http://db.example.org"}, "in the clear"),
    ],
)
async def test_what_cannot_be_asked_is_refused(rest: str, environment: dict[str, str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        async with open_store(rest, load_settings(environment=environment)):
            pass


@pytest.mark.skipif(not DESCRIPTION, reason="JOURNEYMAN_PINECONE_OPENAPI is not set")
async def test_every_request_is_as_the_official_description_says(index: InMemoryPinecone) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    yaml = pytest.importorskip("yaml")
    described = yaml.safe_load(Path(DESCRIPTION).read_text())
    files = files_of(["a.py", "b.py"])
    async with open_store("code", settings_of(index)) as store:
        await store.upsert(SHOP, files)
        await store.upsert(SHOP, files)
        await found(store, scope_of(files), files[0].vectors[0], limit=3)
        await store.missing(SHOP, [key("a.py"), key("c.py")])
        await store.count(SHOP)
        await store.delete(SHOP, [key("a.py")])
    paths = {asked.path for asked in index.asked}
    assert paths == {"/vectors/upsert", "/query", "/vectors/fetch", "/vectors/delete", "/describe_index_stats"}
    for asked in index.asked:
        operation: dict[str, Any] = described["paths"][asked.path][asked.method.lower()]
        if asked.body is not None:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            jsonschema.validate(asked.body, {**schema, "components": described["components"]})
        known = {each.get("name") for each in operation.get("parameters", ())}
        assert set(asked.query) <= known
