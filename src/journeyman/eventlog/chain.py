"""The hash chain: what a stored record is sealed with, and how a log is anchored outside itself."""

import hashlib
import json
import re
from dataclasses import dataclass

from journeyman.domain.event import Record
from journeyman.eventlog.codec import decode

GENESIS = "0" * 64
"""What stands before the first record of a run."""
TRAILER = "Journeyman-Log"
"""The commit trailer that carries an anchor out of the log's reach."""

_quote = json.JSONEncoder(ensure_ascii=False).encode
_ANCHOR = re.compile(r"(?P<run>[\w.-]+)@(?P<sequence>\d+):(?P<digest>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A record as it is stored. Bytes that are not UTF-8 are surrogate-escaped, so nothing is lost."""

    run: str
    sequence: int
    key: str
    at: str
    kind: str
    data: str
    """Canonical JSON of the event's fields."""
    previous: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A place in a log that someone else remembers, so that not even its end can be cut off."""

    run: str
    sequence: int
    digest: str

    def __str__(self) -> str:
        return f"{self.run}@{self.sequence}:{self.digest}"


def seal(row: Row) -> str:
    """Return the SHA-256 that belongs to a row: of the canonical JSON of all its other fields.

    The data is canonical already and goes in as it stands, so any change to it is seen, even one that
    leaves it no JSON at all.
    """
    return hashlib.sha256(f"{{{_body(row)}}}".encode("utf-8", "surrogateescape")).hexdigest()


def line(row: Row) -> str:
    """Return a row as one line of JSON, its digest included, without a line end."""
    return f'{{{_body(row)},"digest":{_quote(row.digest)}}}'


def _body(row: Row) -> str:
    return (
        f'"at":{_quote(row.at)},"data":{row.data},"key":{_quote(row.key)},"kind":{_quote(row.kind)},'
        f'"previous":{_quote(row.previous)},"run":{_quote(row.run)},"sequence":{row.sequence}'
    )


def record_of(row: Row) -> Record:
    """Return the record of a row, undigested and unverified.

    Raises:
        UserError: its event cannot be decoded.
    """
    return Record(
        run=row.run,
        sequence=row.sequence,
        key=row.key,
        at=row.at,
        event=decode(row.kind, row.data),
        previous=row.previous,
        digest=row.digest,
    )


def anchor_of(record: Record | Row) -> Anchor:
    """Return the anchor that pins a record and everything before it."""
    return Anchor(run=record.run, sequence=record.sequence, digest=record.digest)


def find_anchor(message: str) -> Anchor | None:
    """Return the anchor in a commit message's last `Journeyman-Log` trailer, or None."""
    for text in reversed(message.splitlines()):
        name, _, rest = text.partition(":")
        found = _ANCHOR.fullmatch(rest.strip()) if name.strip() == TRAILER else None
        if found:
            return Anchor(run=found["run"], sequence=int(found["sequence"]), digest=found["digest"])
    return None
