"""Verifying a log: every kind of damage is found and named, whatever was done to the stored bytes."""

import dataclasses
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyman.domain.errors import UserError
from journeyman.domain.event import CommandRan, MoveChosen
from journeyman.eventlog.chain import GENESIS, Anchor, Row, anchor_of, find_anchor, seal
from journeyman.eventlog.codec import encode
from journeyman.eventlog.log import SqlLog, open_log
from journeyman.eventlog.verify import Damage, audit, verify

RUN = "20261122-153012-abcdefg"
TEXTS = ("run", "key", "at", "kind", "data", "previous", "digest")


def chain(length: int, *, run: str = RUN, reason: str = "naïve “reason”") -> list[Row]:
    rows: list[Row] = []
    for number in range(length):
        event = MoveChosen(lineage=number, move="repair", reason=reason)
        row = Row(
            run=run,
            sequence=number,
            key=f"step/{number}",
            at=f"2026-11-22T15:30:{number % 60:02}.000000Z",
            kind=event.kind,
            data=encode(event),
            previous=rows[-1].digest if rows else GENESIS,
            digest="",
        )
        rows.append(dataclasses.replace(row, digest=seal(row)))
    return rows


def resealed(rows: list[Row], start: int) -> list[Row]:
    """Return the rows with everything from `start` on sealed anew, as one who knows the rule would do."""
    done = rows[:start]
    for row in rows[start:]:
        linked = dataclasses.replace(row, previous=done[-1].digest if done else GENESIS)
        done.append(dataclasses.replace(linked, digest=seal(linked)))
    return done


def named(rows: list[Row], anchor: Anchor | None = None) -> list[tuple[Damage, int]]:
    return [(flaw.damage, flaw.sequence) for flaw in verify(RUN, rows, anchor=anchor)]


def test_an_honest_log_has_no_flaw() -> None:
    rows = chain(20)
    assert verify(RUN, rows) == ()
    assert verify(RUN, rows, anchor=anchor_of(rows[7])) == ()
    assert verify(RUN, []) == ()


@settings(deadline=None)
@given(st.data())
def test_any_changed_byte_of_any_column_is_found(data: st.DataObject) -> None:
    rows = chain(5)
    place = data.draw(st.integers(0, 4))
    column = data.draw(st.sampled_from(TEXTS))
    stored = bytearray(getattr(rows[place], column).encode())
    index = data.draw(st.integers(0, len(stored) - 1))
    stored[index] = data.draw(st.integers(0, 255).filter(lambda byte: byte != stored[index]))
    change: dict[str, Any] = {column: bytes(stored).decode("utf-8", "surrogateescape")}
    damaged = [*rows[:place], dataclasses.replace(rows[place], **change), *rows[place + 1 :]]
    assert named(damaged) == [(Damage.ALTERED, place)]


@settings(deadline=None)
@given(st.integers(0, 4), st.integers(-3, 40))
def test_any_changed_sequence_is_found(place: int, sequence: int) -> None:
    rows = chain(5)
    damaged = [*rows[:place], dataclasses.replace(rows[place], sequence=sequence), *rows[place + 1 :]]
    flaws = named(sorted(damaged, key=lambda row: row.sequence))
    assert flaws == ([] if sequence == place else [(Damage.MOVED, place)])


@settings(deadline=None)
@given(st.sets(st.integers(0, 8), min_size=1))
def test_any_removed_records_are_named(removed: set[int]) -> None:
    rows = chain(10)
    flaws = verify(RUN, [row for row in rows if row.sequence not in removed])
    missing: set[int] = set()
    for flaw in flaws:
        numbers = [int(word) for word in flaw.reason.split() if word.isdigit()]
        missing |= set(range(numbers[0], numbers[-1] + 1))
        assert flaw.sequence == numbers[0]
    assert {flaw.damage for flaw in flaws} == {Damage.REMOVED}
    assert missing == removed


@settings(deadline=None)
@given(st.permutations(range(6)))
def test_any_other_order_is_found(order: list[int]) -> None:
    rows = chain(6)
    flaws = verify(RUN, [rows[number] for number in order])
    assert bool(flaws) == (order != sorted(order))
    assert {flaw.damage for flaw in flaws} <= {Damage.MOVED}


def test_records_that_changed_places_are_named() -> None:
    rows = chain(6)
    rows[3], rows[4] = dataclasses.replace(rows[4], sequence=3), dataclasses.replace(rows[3], sequence=4)
    assert named(rows) == [(Damage.MOVED, 3), (Damage.MOVED, 4)]


def test_a_rewritten_record_no_longer_leads_to_the_next() -> None:
    rows = chain(6)
    changed = dataclasses.replace(rows[2], at="2027-01-01T00:00:00.000000Z")
    rows[2] = dataclasses.replace(changed, digest=seal(changed))
    assert named(rows) == [(Damage.REWRITTEN, 3)]


def test_a_second_record_in_one_place_is_named() -> None:
    rows = chain(3)
    assert named([*rows, rows[2]]) == [(Damage.ADDED, 2)]


def test_a_log_rewritten_to_its_end_is_found_by_its_anchor() -> None:
    rows = chain(6)
    forged = resealed([*rows[:2], dataclasses.replace(rows[2], at="2027-01-01T00:00:00.000000Z"), *rows[3:]], 2)
    assert verify(RUN, forged) == ()
    assert named(forged, anchor_of(rows[4])) == [(Damage.REWRITTEN, 4)]


def test_a_record_cut_out_and_the_rest_renumbered_is_found_by_the_anchor() -> None:
    rows = chain(6)
    closed = [dataclasses.replace(row, sequence=number) for number, row in enumerate([*rows[:2], *rows[3:]])]
    forged = resealed(closed, 2)
    assert verify(RUN, forged) == ()
    assert named(forged, anchor_of(rows[5])) == [(Damage.TRUNCATED, 5)]


@settings(deadline=None)
@given(st.integers(0, 5))
def test_a_log_cut_off_is_found_by_its_anchor(kept: int) -> None:
    rows = chain(6)
    assert verify(RUN, rows[:kept]) == ()
    assert named(rows[:kept], anchor_of(rows[5])) == [(Damage.TRUNCATED, kept)]


def test_a_record_of_another_run_is_named() -> None:
    rows = chain(3)
    stranger = chain(3, run="another")[1]
    (flaw,) = verify(RUN, [rows[0], stranger, rows[2]])
    assert (flaw.damage, flaw.sequence) == (Damage.ALTERED, 1)
    assert "another" in flaw.reason


def test_an_anchor_of_another_run_is_refused() -> None:
    with pytest.raises(UserError, match="another"):
        verify(RUN, chain(3), anchor=anchor_of(chain(3, run="another")[2]))


def test_a_log_altered_throughout_is_told_record_by_record() -> None:
    rows = [dataclasses.replace(row, at="2027-01-01T00:00:00.000000Z") for row in chain(1000)]
    assert named(rows) == [(Damage.ALTERED, number) for number in range(1000)]


def test_an_anchor_is_found_in_a_commit_message() -> None:
    anchor = anchor_of(chain(3)[2])
    message = f"Mend the thing\n\nJourneyman-Run: x\nJourneyman-Log: {anchor}\n"
    assert find_anchor(message) == anchor
    assert find_anchor("Mend the thing\n\nJourneyman-Log: nonsense\n") is None
    assert find_anchor(f"Mend {anchor}\n") is None


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[SqlLog]:
    async with open_log(tmp_path / "log.db") as opened:
        sink = opened.run(RUN)
        for number in range(4):
            body = await sink.keep(b"output %d" % number)
            ran = CommandRan(
                argv=("true",), ending="exited", exit_status=0, duration_s=0.1, output_body=body, sandbox="none"
            )
            await sink.append(ran, key=str(number))
        yield opened


def tamper(path: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(path) as database:
        database.execute(statement, values)
    database.close()


async def test_an_honest_run_with_its_bodies(log: SqlLog) -> None:
    integrity = await audit(log, RUN)
    last = (await log.records(RUN))[-1]
    assert integrity.intact
    assert (integrity.records, integrity.bodies, integrity.end) == (4, 4, anchor_of(last))


@pytest.mark.parametrize("column", ["key", "at", "kind", "data", "previous", "digest"])
@pytest.mark.parametrize("value", ["CAST(X'FF' AS TEXT)", "X'00'", "7", "''", "'\"'"])
async def test_a_damaged_column_on_disk_is_named(log: SqlLog, tmp_path: Path, column: str, value: str) -> None:
    tamper(tmp_path / "log.db", f"UPDATE records SET {column} = {value} WHERE sequence = 2")  # noqa: S608 - both are ours
    integrity = await audit(log, RUN)
    assert [(flaw.damage, flaw.sequence) for flaw in integrity.flaws] == [(Damage.ALTERED, 2)]


@pytest.mark.parametrize("value", ["'two'", "X'02'", "2.5", "200"])
async def test_a_damaged_sequence_on_disk_is_found(log: SqlLog, tmp_path: Path, value: str) -> None:
    tamper(tmp_path / "log.db", f"UPDATE records SET sequence = {value} WHERE sequence = 2")  # noqa: S608 - ours
    integrity = await audit(log, RUN)
    assert {flaw.sequence for flaw in integrity.flaws} & {2}


async def test_a_record_moved_to_another_run_is_missed(log: SqlLog, tmp_path: Path) -> None:
    end = (await audit(log, RUN)).end
    tamper(tmp_path / "log.db", "UPDATE records SET run = 'elsewhere' WHERE sequence = 3")
    assert [flaw.damage for flaw in (await audit(log, RUN, anchor=end)).flaws] == [Damage.TRUNCATED]
    elsewhere = await audit(log, "elsewhere")
    assert [flaw.damage for flaw in elsewhere.flaws] == [Damage.REMOVED, Damage.ALTERED]


async def test_wrong_missing_and_erased_bodies_are_told_apart(log: SqlLog, tmp_path: Path) -> None:
    digests = [getattr(record.event, "output_body", "") for record in await log.records(RUN)]
    tamper(tmp_path / "log.db", "UPDATE bodies SET content = X'00' WHERE digest = ?", digests[0])
    tamper(tmp_path / "log.db", "DELETE FROM bodies WHERE digest = ?", digests[1])
    await log.erase(digests[2])
    integrity = await audit(log, RUN)
    assert [(flaw.damage, flaw.sequence) for flaw in integrity.flaws] == [
        (Damage.BODY_ALTERED, 0),
        (Damage.BODY_MISSING, 1),
    ]
    assert integrity.erased == (digests[2],)


async def test_a_run_that_is_not_there(log: SqlLog) -> None:
    with pytest.raises(UserError, match="no run"):
        await audit(log, "nowhere")
    gone = await audit(log, "nowhere", anchor=Anchor(run="nowhere", sequence=3, digest="a" * 64))
    assert [(flaw.damage, flaw.sequence) for flaw in gone.flaws] == [(Damage.TRUNCATED, 0)]
