"""PostgreSQL with pgvector: `pgvector:DSN`, or `pgvector:` with the usual `PGHOST`, `PGUSER` and so on.

Vectors of one length share a table, and the rows of a repository are compared one by one: exact, without an index to
build. A table of more than some hundred thousand rows may be given one (see docs/reference/vectors.md).
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np
import psycopg
from numpy.typing import NDArray
from pgvector.psycopg import register_vector_async
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from journeyman.adapters.vectors.place import require_trusted
from journeyman.adapters.vectors.rows import Near, failed, gone, nearest, other_length, require_one_length, rows_of
from journeyman.domain.errors import UserError
from journeyman.ports.vectors import FileVectors, Nearest, Scope
from journeyman.settings import Settings

_CONNECT_S = 10
_MOST = 100_000
_REPOSITORIES = """
create table if not exists journeyman_repositories (repository text primary key, length integer not null)
"""
_VECTORS = sql.SQL("""
create table if not exists {table} (
    repository text not null, file text not null, chunk integer not null, embedding vector({length}) not null,
    primary key (repository, file, chunk)
)
""")
_SETTING_UP = 7_270_150_425
"""Key of the advisory lock that lets one process at a time make tables."""


class PostgresVectors:
    """Fills `ports.vectors.VectorStore` over one connection, made again when it was lost."""

    reach = 1000

    def __init__(self, dsn: str, name: str) -> None:
        self._dsn = dsn
        self._name = name
        self._connection: psycopg.AsyncConnection | None = None
        self._turn = asyncio.Lock()

    @property
    def name(self) -> str:
        """Host and database."""
        return self._name

    async def upsert(self, repository: str, files: Sequence[FileVectors]) -> None:
        """Replace the files' rows in one transaction."""
        length = require_one_length(self._name, repository, files)
        if not length:
            return
        async with self._cursor() as cursor:
            table = await self._table_for(cursor, repository, length)
            await self._forget(cursor, table, repository, [each.file for each in files])
            copied = sql.SQL("copy {} (repository, file, chunk, embedding) from stdin (format binary)").format(table)
            async with cursor.copy(copied) as copy:
                copy.set_types(["text", "text", "int4", "vector"])
                for row in rows_of(files):
                    await copy.write_row((repository, row.file, row.chunk, row.vector))

    async def delete(self, repository: str, files: Sequence[str]) -> None:
        """Forget the files' rows."""
        async with self._cursor() as cursor:
            if length := await self._length(cursor, repository):
                await self._forget(cursor, _table(length), repository, files)

    async def missing(self, repository: str, files: Sequence[str]) -> frozenset[str]:
        """Return the files whose first row is not there."""
        async with self._cursor() as cursor:
            if not (length := await self._length(cursor, repository)):
                return frozenset(files)
            asked = sql.SQL("select file from {} where repository = %s and chunk = 0 and file = any(%s)")
            await cursor.execute(asked.format(_table(length)), (repository, list(files)))
            return frozenset(files) - {file for (file,) in await cursor.fetchall()}

    async def count(self, repository: str) -> int:
        """Count the repository's rows."""
        async with self._cursor() as cursor:
            if not (length := await self._length(cursor, repository)):
                return 0
            asked = sql.SQL("select count(*) from {} where repository = %s").format(_table(length))
            await cursor.execute(asked, (repository,))
            row = await cursor.fetchone()
            return int(row[0]) if row else 0

    async def search(self, scope: Scope, vector: NDArray[np.float32], *, limit: int) -> Nearest:
        """Ask for the nearest rows, and for more while too few are of the tree."""

        async def ask(wanted: int) -> list[Near]:
            async with self._cursor() as cursor:
                length = await self._length(cursor, scope.repository)
                if length and length != len(vector):
                    raise other_length(self._name, scope.repository, length, len(vector))
                if not length:
                    return []
                asked = sql.SQL(
                    "select file, chunk, 1 - (embedding <=> %s) from {} where repository = %s "
                    "order by embedding <=> %s limit %s"
                ).format(_table(length))
                await cursor.execute(asked, (vector, scope.repository, vector, wanted))
                rows = await cursor.fetchall()
                return [Near(id=f"{file}-{chunk}", cosine=float(cosine)) for file, chunk, cosine in rows]

        return await nearest(ask, scope, limit=limit, most=_MOST)

    async def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            await self._connection.close()

    @asynccontextmanager
    async def _cursor(self) -> AsyncIterator[psycopg.AsyncCursor]:
        """Lend a cursor within one transaction, in turn."""
        async with self._turn:
            try:
                connection = await self._connected()
                async with connection.transaction(), connection.cursor() as cursor:
                    yield cursor
            except (psycopg.errors.InvalidPassword, psycopg.errors.InvalidAuthorizationSpecification) as error:
                raise UserError(f"{self._name} does not let us in", remedy="Check PGUSER and PGPASSWORD.") from error
            except (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidSchemaName) as error:
                raise UserError(
                    f"{self._name} does not let us make its tables ({_said(error)})",
                    remedy="Let an owner run `create extension vector`, and grant create on the schema.",
                ) from error
            except (psycopg.errors.DiskFull, psycopg.errors.OutOfMemory) as error:
                raise failed(self._name, error) from error
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                if "authentication failed" in str(error):
                    raise UserError(f"{self._name} does not let us in", remedy="Check PGUSER, PGPASSWORD.") from error
                raise gone(self._name, error) from error
            except psycopg.Error as error:
                raise failed(self._name, error) from error

    async def _connected(self) -> psycopg.AsyncConnection:
        if self._connection is None or self._connection.closed or self._connection.broken:
            connection = await psycopg.AsyncConnection.connect(
                self._dsn, autocommit=True, connect_timeout=_CONNECT_S, application_name="journeyman"
            )
            self._connection = connection
            async with connection.transaction():
                await connection.execute("select pg_advisory_xact_lock(%s)", (_SETTING_UP,))
                await connection.execute("create extension if not exists vector")
                await connection.execute(_REPOSITORIES)
            await register_vector_async(connection)
        return self._connection

    async def _length(self, cursor: psycopg.AsyncCursor, repository: str) -> int:
        await cursor.execute("select length from journeyman_repositories where repository = %s", (repository,))
        row = await cursor.fetchone()
        return int(row[0]) if row else 0

    async def _table_for(self, cursor: psycopg.AsyncCursor, repository: str, length: int) -> sql.Identifier:
        """Return the table for vectors of a length, made now if it is the first; one writer of a repository a time."""
        await cursor.execute("select pg_advisory_xact_lock(%s)", (_SETTING_UP,))
        await cursor.execute(
            "insert into journeyman_repositories values (%s, %s) on conflict do nothing", (repository, length)
        )
        kept = await self._length(cursor, repository)
        if kept != length:
            raise other_length(self._name, repository, kept, length)
        await cursor.execute(_VECTORS.format(table=_table(length), length=sql.Literal(length)))
        return _table(length)

    @staticmethod
    async def _forget(
        cursor: psycopg.AsyncCursor, table: sql.Identifier, repository: str, files: Sequence[str]
    ) -> None:
        asked = sql.SQL("delete from {} where repository = %s and file = any(%s)").format(table)
        await cursor.execute(asked, (repository, list(files)))


def _table(length: int) -> sql.Identifier:
    return sql.Identifier(f"journeyman_vectors_{length}")


def _said(error: psycopg.Error) -> str:
    return error.diag.message_primary or type(error).__name__


@asynccontextmanager
async def open_store(rest: str, settings: Settings) -> AsyncIterator[PostgresVectors]:
    """Open `pgvector:DSN`; the connection is made when it is first needed.

    Raises:
        UserError: it is no DSN, or a repository names a server elsewhere.
    """
    try:
        parts = conninfo_to_dict(rest)
    except psycopg.ProgrammingError as error:
        raise UserError(
            f"pgvector: is not followed by a DSN ({error})", remedy="Write pgvector:postgresql://user@host/database."
        ) from error
    host = str(parts.get("hostaddr") or parts.get("host") or settings.secret("PGHOST") or "")
    for each in [*host.split(","), *(["a service file"] if "service" in parts else [])]:
        require_trusted(each, settings)
    store = PostgresVectors(rest, f"pgvector:{host or 'this machine'}/{parts.get('dbname') or ''}")
    try:
        yield store
    finally:
        await store.close()
