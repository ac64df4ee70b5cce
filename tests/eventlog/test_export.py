"""Exporting a log: lines that anyone can read and verify again."""

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest
import rfc8785

from journeyman.domain.errors import UserError
from journeyman.eventlog.export import export, read_export
from journeyman.eventlog.log import open_log
from journeyman.eventlog.verify import Damage, verify
from journeyman.testing.conformance.events import RUN, move


async def lines_of(path: Path, *, run: str = RUN) -> list[str]:
    async with open_log(path) as log:
        return [line async for line in export(log, run)]


async def fill(path: Path) -> None:
    async with open_log(path) as log:
        for number in range(4):
            await log.run(RUN).append(move(f"“é” \n \u2028 \x1b[31m {number}"), key=f"step/{number}")


async def test_an_exported_log_verifies_anywhere(tmp_path: Path) -> None:
    await fill(tmp_path / "log.db")
    lines = await lines_of(tmp_path / "log.db")
    assert verify(RUN, list(read_export([*lines, ""]))) == ()
    for line in lines:
        fields = json.loads(line)
        digest = fields.pop("digest")
        assert hashlib.sha256(rfc8785.dumps(fields)).hexdigest() == digest


async def test_a_changed_export_does_not(tmp_path: Path) -> None:
    await fill(tmp_path / "log.db")
    lines = await lines_of(tmp_path / "log.db")
    lines[2] = lines[2].replace('"lineage":1', '"lineage":2')
    (flaw,) = verify(RUN, list(read_export(lines)))
    assert (flaw.damage, flaw.sequence) == (Damage.ALTERED, 2)


async def test_a_damaged_record_is_not_exported(tmp_path: Path) -> None:
    await fill(tmp_path / "log.db")
    with sqlite3.connect(tmp_path / "log.db") as database:
        database.execute("UPDATE records SET data = '{broken' WHERE sequence = 2")
    database.close()
    with pytest.raises(UserError, match="record 2"):
        await lines_of(tmp_path / "log.db")
    with pytest.raises(UserError, match="no run"):
        await lines_of(tmp_path / "log.db", run="nowhere")


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        "{}",
        '{"data":{}}',
        '{"data":{},"run":1,"sequence":0,"key":"","at":"","kind":"","previous":"","digest":""}',
    ],
)
def test_a_line_that_is_no_record_is_named(line: str) -> None:
    with pytest.raises(UserError, match="line 2"):
        list(read_export(["", line]))
