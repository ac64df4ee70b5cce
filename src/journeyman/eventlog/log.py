"""The event log on SQL: SQLite on one machine, another database by its URL."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError, SQLAlchemyError

from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.event import Event, Record
from journeyman.eventlog.chain import Row, record_of
from journeyman.eventlog.codec import encode
from journeyman.eventlog.store import Store, open_engine
from journeyman.eventlog.tail import follow

_P = ParamSpec("_P")
_T = TypeVar("_T")
Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def open_log(place: str | Path, *, clock: Clock = _now) -> "AsyncIterator[SqlLog]":
    """Open the log at a path (SQLite, made when missing) or a database URL.

    Raises:
        UserError: the URL is none, or its driver is not installed.
        AdapterError: the database did not answer.
    """
    try:
        store = Store(open_engine(place))
    except (ArgumentError, NoSuchModuleError, ImportError, OSError) as error:
        raise UserError(
            f"no event log can be opened there: {error}", remedy="Name a file or a database URL."
        ) from error
    # One thread writes, so that tasks of one process queue here and not on the database's lock.
    with ThreadPoolExecutor(1, "event-log") as writer:
        try:
            await _in_thread(writer, store.create)
            yield SqlLog(store, writer, clock=clock)
        finally:
            await asyncio.to_thread(store.close)


class SqlLog:
    """All runs of one database. Fills `ports.events.EventLog`; safe for several processes."""

    def __init__(self, store: Store, writer: Executor, *, clock: Clock = _now) -> None:
        self._store = store
        self._writer = writer
        self._clock = clock

    def run(self, run: str) -> "RunLog":
        """Return the sink of one run; the run exists from its first record on."""
        return RunLog(self, run)

    async def append(self, run: str, event: Event, *, key: str) -> Record:
        """Append a fact to a run under its key; the record that is already there wins."""
        data = encode(event)

        def write() -> Row:
            # The time is taken in the writer's turn, so that it never runs against the sequence.
            at = self._clock().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
            return self._store.append(run, key=key, at=at, kind=event.kind, data=data)

        return record_of(await _in_thread(self._writer, write))

    async def keep(self, body: bytes) -> str:
        """Keep a body and return its SHA-256."""
        return await _in_thread(self._writer, self._store.keep, body)

    async def erase(self, digest: str) -> bool:
        """Erase a body for good and return whether there was one; what its digest proves stays."""
        return await _in_thread(self._writer, self._store.erase, digest)

    async def runs(self) -> tuple[str, ...]:
        """Return the ids of all runs, newest first."""
        return await _in_thread(None, self._store.runs)

    async def records(self, run: str, *, after: int = -1) -> tuple[Record, ...]:
        """Return the records of a run with a sequence greater than `after`, in order.

        Raises:
            UserError: a record is damaged or from a newer version.
        """
        return tuple(record_of(row) for row in await self.rows(run, after=after))

    async def rows(self, run: str, *, after: int = -1) -> tuple[Row, ...]:
        """Return the same as stored, for those who verify or export and trust nothing."""

        def read() -> list[Row]:
            return self._store.rows(run, after=after)

        return tuple(await _in_thread(None, read))

    async def body(self, digest: str) -> bytes | None:
        """Return a kept body, or None when it was erased or never kept."""
        return (await self.bodies((digest,))).get(digest)

    async def bodies(self, digests: Iterable[str]) -> dict[str, bytes | None]:
        """Return many bodies by digest; None where erased, no entry where never kept."""
        return await _in_thread(None, self._store.bodies, digests)

    def tail(self, run: str, *, after: int = -1) -> AsyncIterator[Record]:
        """Yield records as they arrive until the run has ended."""
        return follow(lambda sequence: self.records(run, after=sequence), after=after)


class RunLog:
    """The sink of one run."""

    def __init__(self, log: SqlLog, run: str) -> None:
        self._log = log
        self._run = run

    async def append(self, event: Event, *, key: str) -> Record:
        """Append a fact under its key; the record that is already there wins over a repeat."""
        return await self._log.append(self._run, event, key=key)

    async def keep(self, body: bytes) -> str:
        """Keep a body and return its SHA-256; keeping it twice is keeping it once."""
        return await self._log.keep(body)


async def _in_thread(executor: Executor | None, call: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """Run a blocking call of the store in a thread; its failures become the product's."""
    loop = asyncio.get_running_loop()
    try:
        return await loop.run_in_executor(executor, lambda: call(*args, **kwargs))
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        retryable = isinstance(error, OperationalError)
        raise AdapterError(f"the event log did not answer: {cause}", retryable=retryable) from error
