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


class EventLog(EventSource, Protocol):
    """The whole log: read every run, write into one at a time."""

    def run(self, run: str) -> EventSink:
        """Return the sink of one run; the run exists from its first record on."""
        ...


class Step:
    """One step of a run: numbers its facts, so that the same step repeated writes them once.

    A step has one writer. Work done at the same time belongs into children, whose names, not their
    order of arrival, decide the keys.
    """

    __slots__ = ("_children", "_sink", "_written", "name")

    def __init__(self, sink: EventSink, name: str) -> None:
        self.name = name
        self._sink = sink
        self._written = 0
        self._children: set[str] = set()

    async def append(self, event: Event) -> Record:
        """Append the next fact of this step under `name/ordinal`."""
        key = f"{self.name}/{self._written}"
        self._written += 1
        return await self._sink.append(event, key=key)

    async def keep(self, body: bytes) -> str:
        """Keep a body and return its SHA-256."""
        return await self._sink.keep(body)

    def child(self, name: str) -> "Step":
        """Return the step `name` within this one.

        Raises:
            ValueError: the name is taken; two steps of one name would swallow each other's facts.
        """
        if name in self._children:
            raise ValueError(f"step `{self.name}` already has a child `{name}`")
        self._children.add(name)
        return Step(self._sink, f"{self.name}/{name}")

    def revisit(self, name: str) -> "Step":
        """Return the step `name` within this one, for a step that is taken again until it holds.

        Whoever takes it again writes the same facts in the same order; those that are there already win.
        """
        return Step(self._sink, f"{self.name}/{name}")
