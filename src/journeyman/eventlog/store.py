"""The tables of the log and every statement on them: blocking calls, one transaction each."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection

from journeyman.domain.digest import digest_bytes
from journeyman.eventlog.chain import GENESIS, Row, seal

_META = sa.MetaData()
_RECORDS = sa.Table(
    "records",
    _META,
    sa.Column("run", sa.Text, primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("at", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("previous", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.UniqueConstraint("run", "key"),
)
_BODIES = sa.Table(
    "bodies",
    _META,
    sa.Column("digest", sa.Text, primary_key=True),
    # Null marks an erased body: that it was once here stays known.
    sa.Column("content", sa.LargeBinary, nullable=True),
)
_TEXTS = ("run", "key", "at", "kind", "data", "previous", "digest")
_BUSY_TIMEOUT_S = 30.0
_COLLISIONS = 20
"""Retries when another process took the same place; only databases that let two writers in need them."""


def open_engine(place: str | Path) -> sa.Engine:
    """Return an engine on a database URL, or on an SQLite file that only its owner can read."""
    if isinstance(place, str) and "://" in place:
        url = sa.make_url(place)
    else:
        path = Path(place)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        url = sa.URL.create("sqlite", database=str(path))
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    engine = sa.create_engine(url, connect_args={"timeout": _BUSY_TIMEOUT_S})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _: object) -> None:
    # The driver would begin transactions by itself, too late and never IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    # FULL: a fact that was acknowledged outlives a power cut, not only a crash.
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


class Store:
    """The log's database. Every method blocks; errors are SQLAlchemy's own."""

    def __init__(self, engine: sa.Engine) -> None:
        self._reading = engine
        self._writing = engine.execution_options(writing=True)

    def create(self) -> None:
        """Make the tables that are not there yet."""
        with self._writing.begin() as connection:
            for table in _META.sorted_tables:
                connection.execute(sa.schema.CreateTable(table, if_not_exists=True))

    def close(self) -> None:
        """Close every connection."""
        self._reading.dispose()

    def append(self, run: str, *, key: str, at: str, kind: str, data: str) -> Row:
        """Seal and store a row at the end of its run, or return the one that has its key."""
        for _ in range(_COLLISIONS):
            try:
                return self._append_once(run, {"key": key, "at": at, "kind": kind, "data": data})
            except sa.exc.IntegrityError:
                continue
        return self._append_once(run, {"key": key, "at": at, "kind": kind, "data": data})

    def _append_once(self, run: str, fields: dict[str, str]) -> Row:
        with self._writing.begin() as connection:
            ours = _RECORDS.c.run == run
            there = self._select(connection, ours & (_RECORDS.c.key == fields["key"]))
            if there:
                return there[0]
            last = connection.execute(
                sa.select(_RECORDS.c.sequence, _RECORDS.c.digest)
                .where(ours)
                .order_by(_RECORDS.c.sequence.desc())
                .limit(1)
            ).first()
            sequence, previous = (last.sequence + 1, last.digest) if last else (0, GENESIS)
            open_row = Row(run=run, sequence=sequence, previous=previous, digest="", **fields)
            values = {name: getattr(open_row, name) for name in (*_TEXTS, "sequence")} | {"digest": seal(open_row)}
            connection.execute(sa.insert(_RECORDS).values(values))
            return Row(**values)

    def rows(self, run: str, *, after: int = -1) -> list[Row]:
        """Return the rows of a run in the order of their sequence, whatever their columns hold."""
        with self._reading.connect() as connection:
            return self._select(connection, (_RECORDS.c.run == run) & (_RECORDS.c.sequence > after))

    def runs(self) -> tuple[str, ...]:
        """Return all runs, the latest first."""
        began = sa.func.min(_RECORDS.c.at)
        statement = sa.select(_RECORDS.c.run).group_by(_RECORDS.c.run).order_by(began.desc(), _RECORDS.c.run.desc())
        with self._reading.connect() as connection:
            return tuple(connection.execute(statement).scalars())

    def keep(self, body: bytes) -> str:
        """Store a body unless it is there, and return its digest."""
        digest = digest_bytes(body)
        same = _BODIES.c.digest == digest
        with self._reading.connect() as connection:
            if connection.execute(sa.select(_BODIES.c.digest).where(same, _BODIES.c.content.is_not(None))).first():
                return digest
        try:
            with self._writing.begin() as connection:
                revived = connection.execute(sa.update(_BODIES).where(same).values(content=body))
                if not revived.rowcount:
                    connection.execute(sa.insert(_BODIES).values(digest=digest, content=body))
        except sa.exc.IntegrityError:
            # Someone else kept the same bytes in between, which is as good.
            return digest
        return digest

    def bodies(self, digests: Iterable[str]) -> dict[str, bytes | None]:
        """Return the contents by digest; None where erased, no entry where never kept."""
        statement = sa.select(_BODIES.c.digest, _BODIES.c.content).where(_BODIES.c.digest.in_(list(digests)))
        with self._reading.connect() as connection:
            return {row.digest: _bytes(row.content) for row in connection.execute(statement)}

    def erase(self, digest: str) -> bool:
        """Erase a body and return whether there was one; its digest stays."""
        statement = sa.update(_BODIES).where(_BODIES.c.digest == digest, _BODIES.c.content.is_not(None))
        with self._writing.begin() as connection:
            return bool(connection.execute(statement.values(content=None)).rowcount)

    def _select(self, connection: sa.Connection, where: sa.ColumnElement[bool]) -> list[Row]:
        # Text comes as bytes: a damaged column must reach the verifier instead of failing the driver.
        as_bytes = _sqlite_bytes if self._reading.dialect.name == "sqlite" else _utf8_bytes
        columns = [as_bytes(_RECORDS.c[name]).label(name) for name in _TEXTS]
        statement = sa.select(_RECORDS.c.sequence, *columns).where(where).order_by(_RECORDS.c.sequence)
        return [_row(found) for found in connection.execute(statement)]


def _sqlite_bytes(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.cast(column, sa.LargeBinary)


def _utf8_bytes(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    return sa.func.convert_to(column, "UTF8")


def _row(found: Sequence[Any]) -> Row:
    sequence, *texts = found
    values = {
        name: (_bytes(text) or b"").decode("utf-8", "surrogateescape") for name, text in zip(_TEXTS, texts, strict=True)
    }
    return Row(sequence=sequence if isinstance(sequence, int) else -1, **values)


def _bytes(value: Any) -> bytes | None:
    return None if value is None else value.encode() if isinstance(value, str) else bytes(value)
