"""Looking through the records of a run for one kind of event."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from journeyman.domain.event import Event, Record

E = TypeVar("E", bound=Event)


def of_kind(records: Iterable[Record], kind: type[E]) -> Iterator[tuple[Record, E]]:
    """Yield each record of a kind, in order, with its event."""
    for record in records:
        if isinstance(record.event, kind):
            yield record, record.event
