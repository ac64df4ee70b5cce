"""Output on its way to a listener: from the thread that reads it to the event loop, one piece at a time."""

import asyncio
import os
import select
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from journeyman.ports.sandbox import Listener


class Tap:
    """One command's listener. `offer` and `settle` belong to the thread, the rest to the loop.

    `settled` is a descriptor that is readable when the listener has taken what was offered last.
    """

    def __init__(self, listener: Listener) -> None:
        self.settled = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self.busy = False
        self.failure: BaseException | None = None
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def offer(self, piece: bytes) -> None:
        """Hand a piece over; no other may be offered before it has settled. Lost on a listener that failed."""
        if self.failure is None:
            self.busy = True
            self._loop.call_soon_threadsafe(self._start, piece)

    def settle(self, *enders: int) -> bool:
        """Wait until nothing is on its way; False when the listener failed or one of the enders is readable."""
        poll = select.poll()
        for descriptor in (self.settled, *enders):
            poll.register(descriptor, select.POLLIN)
        while self.busy:
            ready = {descriptor for descriptor, _ in poll.poll()}
            if not ready.isdisjoint(enders):
                return False
            self.take()
        return self.failure is None

    def take(self) -> bool:
        """Note that `settled` was readable; False when the listener failed."""
        os.eventfd_read(self.settled)
        self.busy = False
        return self.failure is None

    async def close(self) -> None:
        """Stop listening; for when the thread has ended."""
        self._closed = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        os.close(self.settled)

    def _start(self, piece: bytes) -> None:
        if not self._closed:
            self._task = asyncio.ensure_future(self._listen(piece))

    async def _listen(self, piece: bytes) -> None:
        try:
            await self._listener(piece)
        except BaseException as error:  # noqa: BLE001 - raised again by whoever runs the command
            self.failure = error
        finally:
            os.eventfd_write(self.settled, 1)


@asynccontextmanager
async def tapped(listener: Listener | None) -> AsyncIterator[Tap | None]:
    """Hold the tap of a listener, if there is one; what the listener raised is raised here."""
    if listener is None:
        yield None
        return
    tap = Tap(listener)
    try:
        yield tap
        failure = tap.failure
    finally:
        await tap.close()
    if failure is not None:
        raise failure
