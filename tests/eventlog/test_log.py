"""The event log on SQLite: the promises of every log, and those of a file shared by processes."""

import asyncio
import json
import sqlite3
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from journeyman.domain.errors import AdapterError, UserError
from journeyman.eventlog.log import SqlLog, open_log
from journeyman.testing.conformance.events import OTHER_RUN, RUN, EventLogConformance, move


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[SqlLog]:
    async with open_log(tmp_path / "data" / "log.db") as opened:
        yield opened


class TestSqlLog(EventLogConformance):
    """Every promise of the seam, on a file."""


_WRITER = """
import asyncio, sys
from journeyman.eventlog.log import open_log
from journeyman.testing.conformance.events import RUN, move

async def write(path, name):
    async with open_log(path) as log:
        for number in range(25):
            await log.run(RUN).append(move(name), key=f"{name}/{number}")
            await log.run(RUN).append(move(name), key=f"shared/{number}")
            await log.run(RUN).keep(b"shared body %d" % number)

asyncio.run(write(*sys.argv[1:]))
"""


async def test_several_processes_write_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    writers = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", _WRITER, str(path), name)
        for name in ("one", "two", "three")
    ]
    assert [await writer.wait() for writer in writers] == [0, 0, 0]
    async with open_log(path) as log:
        records = await log.records(RUN)
    assert len(records) == 25 * 3 + 25
    assert [record.sequence for record in records] == list(range(100))
    assert [record.previous for record in records[1:]] == [record.digest for record in records[:-1]]


async def test_a_log_outlives_its_process(tmp_path: Path) -> None:
    async with open_log(tmp_path / "log.db") as log:
        written = await log.run(RUN).append(move("kept"), key="0")
        digest = await log.run(RUN).keep(b"body")
    async with open_log(f"sqlite:///{tmp_path / 'log.db'}") as log:
        assert await log.records(RUN) == (written,)
        assert await log.body(digest) == b"body"


async def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    async with open_log(tmp_path / "log.db") as log:
        await log.run(RUN).append(move("private"), key="0")
        assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("log.db*")} == {0}


async def test_an_erased_body_is_gone_and_known(log: SqlLog) -> None:
    digest = await log.run(RUN).keep(b"secret")
    assert await log.erase(digest)
    assert not await log.erase(digest)
    assert await log.body(digest) is None
    assert await log.bodies([digest, "never"]) == {digest: None}
    assert await log.run(RUN).keep(b"secret") == digest
    assert await log.body(digest) == b"secret"


async def test_the_clock_is_the_one_given(tmp_path: Path) -> None:
    def clock() -> datetime:
        return datetime(2026, 11, 22, 15, 30, 12, 7, tzinfo=UTC)

    async with open_log(tmp_path / "log.db", clock=clock) as log:
        record = await log.run(RUN).append(move("x"), key="0")
    assert record.at == "2026-11-22T15:30:12.000007Z"


async def test_text_that_is_no_unicode_is_stored_escaped(log: SqlLog) -> None:
    record = await log.run(RUN).append(move("odd \udcff path"), key="0")
    assert record.event == move("odd \\udcff path")
    assert await log.records(RUN) == (record,)


async def test_stored_rows_are_plain_canonical_json(log: SqlLog, tmp_path: Path) -> None:
    await log.run(RUN).append(move("plain"), key="0")
    with sqlite3.connect(tmp_path / "data" / "log.db") as database:
        ((kind, data),) = database.execute("SELECT kind, data FROM records").fetchall()
    database.close()
    assert kind == "move-chosen"
    assert data == json.dumps({"lineage": 1, "move": "repair", "reason": "plain"}, separators=(",", ":"))


async def test_a_record_from_a_newer_version_is_named(log: SqlLog, tmp_path: Path) -> None:
    await log.run(RUN).append(move("x"), key="0")
    await log.run(OTHER_RUN).append(move("y"), key="0")
    with sqlite3.connect(tmp_path / "data" / "log.db") as database:
        database.execute("UPDATE records SET kind = 'tea-served' WHERE run = ?", (RUN,))
    database.close()
    with pytest.raises(UserError, match="tea-served"):
        await log.records(RUN)
    assert len(await log.records(OTHER_RUN)) == 1


@pytest.mark.parametrize("url", ["nosuchdatabase://here/log", "://"])
async def test_a_place_that_cannot_be_opened(url: str) -> None:
    with pytest.raises(UserError, match="no event log"):
        async with open_log(url):
            pass


async def test_a_file_that_is_no_log(tmp_path: Path) -> None:
    (tmp_path / "log.db").write_bytes(b"this is no database at all, only text " * 50)
    with pytest.raises(AdapterError, match="event log"):
        async with open_log(tmp_path / "log.db"):
            pass
