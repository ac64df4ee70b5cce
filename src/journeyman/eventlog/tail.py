"""Following a run by polling, which works across processes and machines alike."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from journeyman.domain.event import Record, RunEnded

Reader = Callable[[int], Awaitable[tuple[Record, ...]]]
"""Returns the records of one run after a sequence."""


async def follow(read: Reader, *, after: int = -1, poll_s: float = 0.2) -> AsyncIterator[Record]:
    """Yield the records after `after` as they arrive; end behind the one that ends the run."""
    # The record at `after` itself may be the end, and then nothing will ever follow.
    sequence, ended = after - 1, False
    while True:
        for record in await read(sequence):
            sequence = record.sequence
            ended = isinstance(record.event, RunEnded)
            if sequence > after:
                yield record
        if ended:
            return
        await asyncio.sleep(poll_s)
