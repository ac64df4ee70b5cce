"""Cut files on disk, by what they were cut from: one SQLite file per repository, many readers, writers in turn."""

import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from journeyman.domain.errors import AdapterError

_WAIT_S = 30.0
_AT_ONCE = 500
_SCHEMA = """
create table if not exists files (
    key blob primary key,
    data blob,           -- a packed CutFile; null: nothing worth searching
    text blob,           -- the file's text, deflated
    checksum integer not null
) without rowid;
"""


class Shelf:
    """Files that were cut before. A damaged row is forgotten, a damaged database begun anew."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._prepare()
        except sqlite3.DatabaseError as damage:
            if isinstance(damage, sqlite3.OperationalError) and "disk" in str(damage):
                raise AdapterError(f"the index cannot be written ({damage})") from damage
            self._begin_anew()

    def missing(self, keys: Iterable[bytes]) -> set[bytes]:
        """Return the keys that nothing is kept for."""
        wanted = set(keys)
        with self._open() as database:
            for some in _slices(sorted(wanted)):
                marks = ",".join("?" * len(some))
                wanted -= {key for (key,) in database.execute(f"select key from files where key in ({marks})", some)}  # noqa: S608
        return wanted

    def read(self, keys: Iterable[bytes]) -> dict[bytes, bytes | None]:
        """Return the packed files that are kept and whole; damaged ones are dropped."""
        found: dict[bytes, bytes | None] = {}
        damaged = []
        with self._open() as database:
            for some in _slices(sorted(set(keys))):
                marks = ",".join("?" * len(some))
                rows = database.execute(f"select key, data, checksum from files where key in ({marks})", some)  # noqa: S608
                for key, data, checksum in rows:
                    if checksum == _checksum(data):
                        found[key] = data
                    else:
                        damaged.append((key,))
            if damaged:
                database.executemany("delete from files where key = ?", damaged)
        return found

    def texts(self, keys: Sequence[bytes]) -> dict[bytes, str]:
        """Return the texts that are kept and whole."""
        found: dict[bytes, str] = {}
        with self._open() as database:
            for some in _slices(keys):
                marks = ",".join("?" * len(some))
                rows = database.execute(f"select key, text from files where key in ({marks})", some)  # noqa: S608
                for key, deflated in rows:
                    try:
                        found[key] = zlib.decompress(deflated).decode()
                    except (zlib.error, UnicodeDecodeError, TypeError):
                        continue
        return found

    def keep(self, files: Mapping[bytes, tuple[bytes, str] | None]) -> None:
        """Keep packed files and their texts, all at once; None says that there is nothing to search.

        Raises:
            AdapterError: the disk is full or cannot be written.
        """
        rows = []
        for key, file in files.items():
            data, text = file if file is not None else (None, None)
            deflated = None if text is None else zlib.compress(text.encode("utf-8", "replace"), 1)
            rows.append((key, data, deflated, _checksum(data)))
        with self._open() as database:
            database.executemany("insert or replace into files values (?, ?, ?, ?)", rows)

    def count(self) -> int:
        """Return how many files are kept, those without anything to search included."""
        with self._open() as database:
            number: int = database.execute("select count(*) from files").fetchone()[0]
        return number

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open, commit and close: no connection outlives a call, so threads and processes may share the file."""
        try:
            database = sqlite3.connect(self._path, timeout=_WAIT_S)
            try:
                with database:
                    database.execute("pragma synchronous = normal")
                    yield database
            finally:
                database.close()
        except sqlite3.OperationalError as failure:
            raise AdapterError(f"the index cannot be used: {failure}", retryable=True) from failure
        except sqlite3.DatabaseError as damage:
            self._begin_anew()
            raise AdapterError(f"the index was damaged and has been begun anew: {damage}", retryable=True) from damage

    def _prepare(self) -> None:
        database = sqlite3.connect(self._path, timeout=_WAIT_S)
        try:
            database.execute("pragma journal_mode = wal")
            database.executescript(_SCHEMA)
            database.execute("select count(*) from files").fetchone()
        finally:
            database.close()

    def _begin_anew(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        self._prepare()


def key_of(blob: str, path: str, *, recipe: str) -> bytes:
    """Return what a cut depends on: the bytes of a file, its path, and how files are cut and embedded."""
    said = f"{recipe}\0{blob}\0{path}"
    return blake2b(said.encode("utf-8", "surrogateescape"), digest_size=16).digest()


def _checksum(data: bytes | None) -> int:
    return zlib.crc32(data or b"")


def _slices(keys: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]
