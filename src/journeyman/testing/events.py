"""An honest event log in memory: the same promises as the one on disk, gone with the process."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, cast

import rfc8785

from journeyman.domain.digest import digest_bytes
from journeyman.domain.event import Event, Record, RunEnded

_GENESIS = "0" * 64


def seal(record: Record) -> str:
    """Return the digest a record must have: SHA-256 of the canonical JSON of all its other fields.

    Written from that sentence alone, so that it checks a log's own sealing rather than repeating it.
    """
    fields = {
        "run": record.run,
        "sequence": record.sequence,
        "key": record.key,
        "at": record.at,
        "kind": record.event.kind,
        "data": dataclasses.asdict(record.event),
        "previous": record.previous,
    }
    return digest_bytes(rfc8785.dumps(cast("dict[str, Any]", fields)))


class MemoryLog:
    """Fills `ports.events.EventLog`; several tasks of one event loop may use it at once."""

    def __init__(self, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._records: dict[str, list[Record]] = {}
        self._bodies: dict[str, bytes] = {}
        self._grown = asyncio.Condition()

    def run(self, run: str) -> "MemorySink":
        """Return the sink of one run; the run exists from its first record on."""
        return MemorySink(self, run)

    async def append(self, run: str, event: Event, *, key: str) -> Record:
        """Append a fact to a run under its key; the record that is already there wins."""
        records = self._records.setdefault(run, [])
        there = next((record for record in records if record.key == key), None)
        if there is not None:
            return there
        open_record = Record(
            run=run,
            sequence=len(records),
            key=key,
            at=self._clock().strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            event=event,
            previous=records[-1].digest if records else _GENESIS,
            digest="",
        )
        record = dataclasses.replace(open_record, digest=seal(open_record))
        records.append(record)
        async with self._grown:
            self._grown.notify_all()
        return record

    async def keep(self, body: bytes) -> str:
        """Keep a body and return its SHA-256."""
        digest = digest_bytes(body)
        self._bodies[digest] = body
        return digest

    async def erase(self, digest: str) -> bool:
        """Erase a body and return whether there was one."""
        return self._bodies.pop(digest, None) is not None

    async def runs(self) -> tuple[str, ...]:
        """Return the ids of all runs, newest first."""
        return tuple(sorted(self._records, key=lambda run: (self._records[run][0].at, run), reverse=True))

    async def records(self, run: str, *, after: int = -1) -> tuple[Record, ...]:
        """Return the records of a run with a sequence greater than `after`, in order."""
        return tuple(self._records.get(run, ())[max(after + 1, 0) :])

    async def body(self, digest: str) -> bytes | None:
        """Return a kept body, or None when it was erased or never kept."""
        return self._bodies.get(digest)

    async def tail(self, run: str, *, after: int = -1) -> AsyncIterator[Record]:
        """Yield records as they arrive until the run has ended."""
        sequence = after
        while True:
            for record in await self.records(run, after=sequence):
                sequence = record.sequence
                yield record
            if self._ended(run, sequence):
                return
            async with self._grown:
                while not await self.records(run, after=sequence):
                    await self._grown.wait()

    def _ended(self, run: str, sequence: int) -> bool:
        records = self._records.get(run, [])
        return bool(records) and sequence == len(records) - 1 and isinstance(records[-1].event, RunEnded)


class MemorySink:
    """The sink of one run."""

    def __init__(self, log: MemoryLog, run: str) -> None:
        self._log = log
        self._run = run

    async def append(self, event: Event, *, key: str) -> Record:
        """Append a fact under its key; the record that is already there wins over a repeat."""
        return await self._log.append(self._run, event, key=key)

    async def keep(self, body: bytes) -> str:
        """Keep a body and return its SHA-256; keeping it twice is keeping it once."""
        return await self._log.keep(body)
