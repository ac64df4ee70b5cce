"""Verifying a log: which record was altered, removed, moved or rewritten, and which bodies are not theirs.

Works on rows as they are stored and never decodes what it has not checked.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Protocol

from journeyman.domain.digest import digest_bytes
from journeyman.domain.errors import UserError
from journeyman.eventlog.chain import GENESIS, Anchor, Row, anchor_of, seal

BODY_FIELDS = {
    "spec-ingested": ("body",),
    "model-called": ("prompt_body", "completion_body"),
    "tool-called": ("arguments_body", "result_body"),
    "plan-made": ("body",),
    "candidate-proposed": ("diff_body",),
    "command-ran": ("output_body",),
    "change-proposed": ("body", "message"),
    "webhook-received": ("body",),
    "repair-asked": ("body",),
    "handed-over": ("body",),
}
"""Which fields of which events hold the digest of a kept body."""
_BODIES_AT_ONCE = 50
_MOST_MOVES = 300
"""Beyond so many damaged records they are called altered, without asking where each was written."""


class Damage(StrEnum):
    """What can happen to a log."""

    ALTERED = "altered"
    """A record is not what it was sealed as."""
    REMOVED = "removed"
    MOVED = "moved"
    """A record stands in another place than it was written to."""
    ADDED = "added"
    """Two records claim one place."""
    REWRITTEN = "rewritten"
    """A record is sealed well and yet not the one that its successor, or the anchor, remembers."""
    TRUNCATED = "truncated"
    BODY_ALTERED = "body-altered"
    BODY_MISSING = "body-missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One damage, in its place."""

    damage: Damage
    sequence: int
    """Of the record; the first one when several are missing."""
    reason: str
    """One plain sentence that names the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Integrity:
    """What verifying one run came to."""

    run: str
    records: int
    end: Anchor | None
    """The last record found; give it to someone who should remember it."""
    flaws: tuple[Flaw, ...]
    bodies: int = 0
    """Bodies whose bytes were compared with their digest."""
    erased: tuple[str, ...] = ()
    """Digests of bodies that were erased on purpose, which is no flaw."""

    @property
    def intact(self) -> bool:
        """True when nothing was found."""
        return not self.flaws


class StoredLog(Protocol):
    """A log that shows its rows as they are stored."""

    async def rows(self, run: str, *, after: int = -1) -> tuple[Row, ...]:
        """Return the rows of a run, in order of their sequence."""
        ...

    async def bodies(self, digests: Iterable[str]) -> dict[str, bytes | None]:
        """Return bodies by digest; None where erased, no entry where never kept."""
        ...


async def audit(log: StoredLog, run: str, *, anchor: Anchor | None = None) -> Integrity:
    """Verify a run's records, its bodies and, when an anchor is given, that nothing is cut off.

    Raises:
        UserError: there is no such run, or the anchor is of another one.
    """
    rows = await log.rows(run)
    if not rows and anchor is None:
        raise UserError(f"there is no run `{run}` in this log", remedy="List the runs that are there.")
    flaws, owners = await asyncio.to_thread(lambda: (verify(run, rows, anchor=anchor), _body_owners(rows)))
    erased: list[str] = []
    body_flaws: list[Flaw] = []
    digests = list(owners)
    for start in range(0, len(digests), _BODIES_AT_ONCE):
        some = digests[start : start + _BODIES_AT_ONCE]
        found = await log.bodies(some)
        erased += [digest for digest in some if digest in found and found[digest] is None]
        body_flaws += _body_flaws({digest: owners[digest] for digest in some}, found)
    return Integrity(
        run=run,
        records=len(rows),
        end=anchor_of(rows[-1]) if rows else None,
        flaws=flaws + tuple(body_flaws),
        bodies=len(owners) - len(erased),
        erased=tuple(erased),
    )


def verify(run: str, rows: Sequence[Row], *, anchor: Anchor | None = None) -> tuple[Flaw, ...]:
    """Return every flaw in the rows of one run, in the order of the records.

    Raises:
        UserError: the anchor is of another run.
    """
    if anchor is not None and anchor.run != run:
        raise UserError(f"the anchor belongs to run `{anchor.run}`, not `{run}`", remedy="Verify that run.")
    intact: dict[int, Row] = {}
    damaged: list[Row] = []
    for row in rows:
        if row.run == run and row.sequence not in intact and seal(row) == row.digest:
            intact[row.sequence] = row
        else:
            damaged.append(row)
    diagnoses = _diagnose(run, damaged, intact)
    places = sorted({*intact, *(place for _, place in diagnoses)})
    flaws = [flaw for flaw, _ in diagnoses]
    flaws += _out_of_order(intact) + _removed(places) + _rewritten(intact)
    if anchor is not None:
        flaws += _unanchored(intact, places[-1] if places else -1, anchor)
    return tuple(sorted(flaws, key=lambda flaw: flaw.sequence))


def _diagnose(run: str, damaged: Sequence[Row], intact: Mapping[int, Row]) -> list[tuple[Flaw, int]]:
    """Return what is wrong with each damaged row, and the place in the log that it accounts for."""
    last = max([*intact, len(intact) + len(damaged)])
    free = [place for place in range(last + 1) if place not in intact]
    searched = free if max(len(free), len(damaged)) <= _MOST_MOVES else []
    diagnoses = []
    for row in damaged:
        place = row.sequence
        written = next((place for place in searched if seal(replace(row, sequence=place)) == row.digest), None)
        if row.run != run:
            damage, reason = Damage.ALTERED, f"record {place} says it belongs to run {row.run!a}"
        elif written is not None and written != place:
            damage, reason = Damage.MOVED, f"record {written} stands in the place of record {place}"
            place = written
        elif place in intact:
            damage, reason = Damage.ADDED, f"two records claim to be record {place}"
        else:
            damage, reason = Damage.ALTERED, f"record {place} is not what it was sealed as"
        diagnoses.append((Flaw(damage=damage, sequence=place, reason=reason), place))
    return diagnoses


def _out_of_order(intact: Mapping[int, Row]) -> list[Flaw]:
    """Find rows that were handed over in another order than they were written in."""
    return [
        Flaw(damage=Damage.MOVED, sequence=place, reason=f"record {place} stands behind record {before}")
        for before, place in pairwise(intact)
        if place < before
    ]


def _removed(places: Sequence[int]) -> list[Flaw]:
    flaws = []
    for before, place in pairwise([-1, *(place for place in places if place >= 0)]):
        first, last = before + 1, place - 1
        if first <= last:
            text = f"record {first} is missing" if first == last else f"records {first} to {last} are missing"
            flaws.append(Flaw(damage=Damage.REMOVED, sequence=first, reason=text))
    return flaws


def _rewritten(intact: Mapping[int, Row]) -> list[Flaw]:
    """Find rows that are sealed well and do not follow the row before them."""
    flaws = []
    for place, row in intact.items():
        before = intact.get(place - 1)
        if place == 0 and row.previous != GENESIS:
            reason = "record 0 says that something came before it"
        elif before is not None and row.previous != before.digest:
            reason = f"record {place} does not follow record {place - 1}: one of the two was rewritten"
        else:
            continue
        flaws.append(Flaw(damage=Damage.REWRITTEN, sequence=place, reason=reason))
    return flaws


def _unanchored(intact: Mapping[int, Row], last: int, anchor: Anchor) -> list[Flaw]:
    if anchor.sequence > last:
        reason = f"the log ends with record {last}, but record {anchor.sequence} is anchored outside"
        return [Flaw(damage=Damage.TRUNCATED, sequence=last + 1, reason=reason)]
    row = intact.get(anchor.sequence)
    if row is None or row.digest == anchor.digest:
        return []
    reason = f"record {anchor.sequence} is not the one that is anchored outside"
    return [Flaw(damage=Damage.REWRITTEN, sequence=anchor.sequence, reason=reason)]


def _body_owners(rows: Sequence[Row]) -> dict[str, int]:
    """Return the digest of every body that a readable row speaks of, and the first record to do so."""
    owners: dict[str, int] = {}
    for row in rows:
        fields = BODY_FIELDS.get(row.kind, ())
        for digest in _texts(row.data, fields) if fields else ():
            owners.setdefault(digest, row.sequence)
    return owners


def _texts(data: str, fields: tuple[str, ...]) -> list[str]:
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        # The row's seal tells that it is damaged; there is nothing to learn about its bodies.
        return []
    found = [values.get(field) for field in fields] if isinstance(values, dict) else []
    return [text for text in found if isinstance(text, str) and text]


def _body_flaws(owners: Mapping[str, int], found: Mapping[str, bytes | None]) -> list[Flaw]:
    flaws = []
    for digest, sequence in owners.items():
        content = found.get(digest)
        if digest not in found:
            damage, what = Damage.BODY_MISSING, "is missing"
        elif content is not None and digest_bytes(content) != digest:
            damage, what = Damage.BODY_ALTERED, "was altered"
        else:
            continue
        reason = f"the body {digest[:12]} of record {sequence} {what}"
        flaws.append(Flaw(damage=damage, sequence=sequence, reason=reason))
    return flaws
