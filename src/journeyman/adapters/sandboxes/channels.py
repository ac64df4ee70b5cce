"""The open files between the product and one bubblewrap."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from journeyman.adapters.sandboxes.tap import Tap

_CHUNK_BYTES = 65536


@dataclass(slots=True, kw_only=True)
class Stream:
    """The reading end of a pipe with an upper bound on what is kept."""

    descriptor: int
    limit_bytes: int
    data: bytearray = field(default_factory=bytearray)
    overflowed: bool = False
    tap: Tap | None = None
    """Gets what is kept too."""

    @property
    def held_up(self) -> bool:
        """Whether nothing may be read until the listener has taken what came before."""
        return self.tap is not None and self.tap.busy

    def pull(self) -> bool:
        """Read what has arrived; False when nothing more will come or may be kept."""
        while not self.overflowed and not self.held_up:
            try:
                chunk = os.read(self.descriptor, _CHUNK_BYTES)
            except BlockingIOError:
                return True
            if not chunk:
                return False
            self.overflowed = len(self.data) + len(chunk) > self.limit_bytes
            kept = chunk[: self.limit_bytes - len(self.data)]
            self.data += kept
            if self.tap is not None and kept:
                self.tap.offer(kept)
        return self.held_up

    def drain(self, ender: int) -> None:
        """Read what is left now that nobody writes any more, at the listener's pace, until `ender` is readable."""
        while self.pull() and self.tap is not None and self.held_up:
            if not self.tap.settle(ender):
                return


class Channels:
    """Every descriptor of one run, owned until `close`."""

    tap: Tap | None = None
    """Who listens to the output."""

    def __init__(self) -> None:
        self._ours: set[int] = set()
        self._theirs: set[int] = set()

    def stream(self, limit_bytes: int, *, owner: int | None, tap: Tap | None = None) -> tuple[Stream, int]:
        """Return a pipe as (what we read, descriptor they write to).

        `owner` is the uid that may open it again by name, as `echo > /dev/stdout` does.
        """
        ours, theirs = os.pipe()
        self._ours.add(ours)
        self._theirs.add(theirs)
        os.set_blocking(ours, False)
        if owner is not None:
            os.fchown(theirs, owner, owner)
        return Stream(descriptor=ours, limit_bytes=limit_bytes, tap=tap), theirs

    def gate(self, *, open_after_us: bool = True) -> tuple[int, int]:
        """Return a pipe as (descriptor they wait on, descriptor that we write to).

        With `open_after_us` theirs is open for writing too, so that our death is no end of file: for those whom
        that would let go on.
        """
        reader, ours = os.pipe()
        self._ours.add(ours)
        if not open_after_us:
            self._theirs.add(reader)
            return reader, ours
        theirs = os.open(f"/proc/self/fd/{reader}", os.O_RDWR)
        self._theirs.add(theirs)
        os.close(reader)
        return theirs, ours

    def content(self, data: bytes) -> int:
        """Return a descriptor they read these bytes from."""
        theirs = os.memfd_create("journeyman")
        self._theirs.add(theirs)
        with open(theirs, "wb", closefd=False) as file:
            file.write(data)
        os.lseek(theirs, 0, os.SEEK_SET)
        return theirs

    def way_in(self, place: Path) -> int:
        """Return a descriptor they write to."""
        theirs = os.open(place, os.O_WRONLY)
        self._theirs.add(theirs)
        return theirs

    def nothing(self) -> int:
        """Return a descriptor on which they read nothing."""
        theirs = os.open(os.devnull, os.O_RDONLY)
        self._theirs.add(theirs)
        return theirs

    def ours(self, descriptor: int) -> int:
        """Own a descriptor that came from elsewhere."""
        self._ours.add(descriptor)
        return descriptor

    def watch(self, pid: int) -> int:
        """Return a descriptor that becomes readable when the process is dead."""
        ours = os.pidfd_open(pid)
        self._ours.add(ours)
        return ours

    def close_theirs(self) -> None:
        """Close our copies of what the sandbox inherited, so that its end of a pipe ends with it."""
        while self._theirs:
            os.close(self._theirs.pop())

    def close(self) -> None:
        """Close everything."""
        self.close_theirs()
        while self._ours:
            os.close(self._ours.pop())


@contextmanager
def opened() -> Iterator[Channels]:
    """Hold the channels of one run."""
    channels = Channels()
    try:
        yield channels
    finally:
        channels.close()
