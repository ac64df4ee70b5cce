"""How long verifying a log takes, and appending to one: `python bench/log_verify.py [records]`."""

import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import astuple, replace
from pathlib import Path

from journeyman.domain.event import CommandRan
from journeyman.eventlog.chain import GENESIS, Row, anchor_of, seal
from journeyman.eventlog.codec import encode
from journeyman.eventlog.log import open_log
from journeyman.eventlog.verify import audit

RUN = "20261122-153012-abcdefg"
APPENDS = 200


def event(number: int) -> CommandRan:
    return CommandRan(
        argv=("python", "-m", "pytest", f"tests/test_{number}.py"),
        ending="exited",
        exit_status=0,
        duration_s=1.25,
        output_body="",
        sandbox="bubblewrap 0.11.0",
    )


def rows(count: int) -> Iterator[Row]:
    previous = GENESIS
    for number in range(count):
        row = Row(
            run=RUN,
            sequence=number,
            key=f"lineage-1/attempt-{number}/0",
            at="2026-11-22T15:30:12.000000Z",
            kind=CommandRan.kind,
            data=encode(event(number)),
            previous=previous,
            digest="",
        )
        previous = seal(row)
        yield replace(row, digest=previous)


async def measure(count: int, folder: Path) -> None:
    path = folder / "log.db"
    async with open_log(path) as log:
        began = time.perf_counter()
        for number in range(APPENDS):
            await log.run("appended").append(event(number), key=str(number))
        append_ms = 1000 * (time.perf_counter() - began) / APPENDS
        # Written past the log, all at once: what is measured is reading them back.
        with sqlite3.connect(path) as database:
            columns = "(run, sequence, key, at, kind, data, previous, digest)"
            marks = ", ".join("?" * 8)
            statement = f"INSERT INTO records {columns} VALUES ({marks})"  # noqa: S608 - constants
            database.executemany(statement, (astuple(row) for row in rows(count)))
        database.close()
        began = time.perf_counter()
        integrity = await audit(log, RUN)
        verify_s = time.perf_counter() - began
        last = (await log.rows(RUN, after=count - 2))[0]
    assert integrity.intact
    assert integrity.end == anchor_of(last)
    size_mb = path.stat().st_size / 1e6
    print(f"append        {append_ms:8.2f} ms each, durable ({APPENDS} in a row)")
    print(f"verify        {verify_s:8.2f} s for {integrity.records:,} records ({size_mb:.0f} MB on disk)")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, Path(made)))
