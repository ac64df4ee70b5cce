"""Where each file's rows are in the array of `mapped:`: a small SQLite table, which is also the writers' lock."""

import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from journeyman.domain.errors import AdapterError
from journeyman.ports.vectors import FileVectors

_WAIT_S = 30.0
_HOLES = 2
"""When so many times the rows in use were written, the array is written anew."""
_SCHEMA = """
create table if not exists places (
    file text primary key, first integer not null, rows integer not null, checksum integer not null
) without rowid;
create table if not exists facts (name text primary key, value integer not null) without rowid;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the rows of a file version are."""

    first: int
    rows: int
    checksum: int

    def is_whole(self, array: NDArray[np.float32]) -> bool:
        """Return whether the array holds what was written."""
        rows = array[self.first : self.first + self.rows]
        return len(rows) == self.rows and zlib.crc32(np.ascontiguousarray(rows).data) == self.checksum


class Table:
    """One repository's folder; made when it is not there, begun anew when it is damaged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        with self._open() as database:
            database.executescript(_SCHEMA)

    @property
    def length(self) -> int:
        """How many numbers a vector has; 0 before the first."""
        return self._fact("length")

    def places(self) -> dict[str, Place]:
        """Return every file's place, by key."""
        with self._open() as database:
            rows = database.execute("select file, first, rows, checksum from places").fetchall()
        return {file: Place(first=first, rows=rows, checksum=checksum) for file, first, rows, checksum in rows}

    def count(self) -> int:
        """Return how many rows are in use."""
        with self._open() as database:
            number: int = database.execute("select coalesce(sum(rows), 0) from places").fetchone()[0]
        return number

    def array(self, length: int) -> NDArray[np.float32]:
        """Map all rows that were ever written whole, in use or not."""
        file = self._folder / f"vectors-{self._fact('generation')}.f32"
        rows = self._fact("written")
        if not rows or not file.exists() or file.stat().st_size < 4 * rows * length:
            return np.zeros((0, length), np.float32)
        return np.memmap(file, np.float32, "r", shape=(rows, length)).view(np.ndarray)

    @contextmanager
    def writing(self) -> "Iterator[Writing]":
        """Be the only writer; all of it is kept, or nothing."""
        with self._open() as database:
            database.execute("begin immediate")
            yield Writing(self._folder, database)

    def _fact(self, name: str) -> int:
        with self._open() as database:
            row = database.execute("select value from facts where name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            database = sqlite3.connect(self._folder / "places.db", timeout=_WAIT_S)
            try:
                # A power cut may damage it: checksums tell, and everything here can be made again.
                database.execute("pragma synchronous = off")
                with database:
                    yield database
            finally:
                database.close()
        except sqlite3.OperationalError as failure:
            raise AdapterError(f"the vectors in {self._folder} cannot be used: {failure}", retryable=True) from failure
        except sqlite3.DatabaseError as damage:
            for file in self._folder.iterdir():
                file.unlink(missing_ok=True)
            raise AdapterError(f"the vectors in {self._folder} were damaged and are gone", retryable=True) from damage


class Writing:
    """What the one writer may do, within its transaction."""

    def __init__(self, folder: Path, database: sqlite3.Connection) -> None:
        self._folder = folder
        self._database = database

    def set_length(self, length: int) -> None:
        """Say how long vectors are from now on."""
        self._set("length", length)

    def append(self, files: Sequence[FileVectors]) -> None:
        """Write rows after the last whole one; what a killed writer left there is written over.

        No row that a reader may have mapped is ever written to again.
        """
        first, placed = self._fact("written"), []
        with self._array_file().open("r+b" if self._array_file().exists() else "w+b") as array:
            array.seek(4 * first * self._fact("length"))
            for each in files:
                data = np.ascontiguousarray(each.vectors, np.float32).tobytes()
                array.write(data)
                placed.append((each.file, first, len(each.vectors), zlib.crc32(data)))
                first += len(each.vectors)
        self._set("written", first)
        self._database.executemany("insert or replace into places values (?, ?, ?, ?)", placed)

    @property
    def has_many_holes(self) -> bool:
        """Whether more rows were written than twice those in use."""
        (used,) = self._database.execute("select coalesce(sum(rows), 0) from places").fetchone()
        return self._fact("written") > _HOLES * max(int(used), 1)

    def forget(self, files: Sequence[str]) -> None:
        """Take files out of the table."""
        self._database.executemany("delete from places where file = ?", [(file,) for file in files])

    def write_anew(self) -> None:
        """Write the rows in use into a new array; who has mapped the old one may go on reading it."""
        length, generation = self._fact("length"), self._fact("generation")
        old = self._array_file()
        self._set("generation", generation + 1)
        places = self._database.execute("select file, first, rows from places order by first").fetchall()
        size = self._fact("written") * length
        array = np.fromfile(old, np.float32, size).reshape(-1, max(length, 1)) if old.exists() else np.zeros((0, 1))
        next_row, moved = 0, []
        with self._array_file().open("wb") as new:
            for file, first, rows in places:
                new.write(array[first : first + rows].tobytes())
                moved.append((next_row, file))
                next_row += rows
        self._database.executemany("update places set first = ? where file = ?", moved)
        self._set("written", next_row)
        self._database.commit()
        old.unlink(missing_ok=True)

    def _array_file(self) -> Path:
        return self._folder / f"vectors-{self._fact('generation')}.f32"

    def _fact(self, name: str) -> int:
        row = self._database.execute("select value from facts where name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0

    def _set(self, name: str, value: int) -> None:
        self._database.execute("insert or replace into facts values (?, ?)", (name, value))
