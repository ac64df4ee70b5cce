"""The seam to the event log: facts go in once, and are read back in order."""

from collections.abc import AsyncIterator
from typing import Protocol

from journeyman.domain.event import Event, Record


class EventSink(Protocol):
    """Where facts are written. Bound to one run."""

    async def append(self, event: Event, *, key: str) -> Record:
        """Append a fact under its key; the record that is already there wins over a repeat."""
        ...

    async def keep(self, body: bytes) -> str:
        """Keep a body and return its SHA-256; keeping it twice is keeping it once."""
        ...


class EventSource(Protocol):
    """Where facts are read."""

    async def runs(self) -> tuple[str, ...]:
        """Return the ids of all runs, newest first."""
        ...

    async def records(self, run: str, *, after: int = -1) -> tuple[Record, ...]:
        """Return the records of a run with a sequence greater than `after`, in order."""
        ...

    async def body(self, digest: str) -> bytes | None:
        """Return a kept body, or None when it was erased or never kept."""
        ...

    def tail(self, run: str, *, after: int = -1) -> AsyncIterator[Record]:
        """Yield records as they arrive until the run has ended."""
        ...
