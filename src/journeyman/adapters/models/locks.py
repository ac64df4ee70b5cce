"""Advisory file locks between processes: whoever holds one loses it by dying, however that happens."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

_POLL_S = 0.05


def open_lock(path: Path) -> int:
    """Return a descriptor of a lock file (created private to the user); it is not inherited by child processes."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def take_now(descriptor: int, *, shared: bool = False) -> bool:
    """Take a lock if nobody stands in the way; return whether it was taken."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def take_exclusive(descriptor: int) -> None:
    """Block the calling thread until the lock is ours alone."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)


@asynccontextmanager
async def locked(path: Path, *, shared: bool = False) -> AsyncIterator[None]:
    """Hold the lock of a file; waiting for it can be cancelled, which a blocked thread cannot."""
    descriptor = open_lock(path)
    try:
        # No event can come from another process: asking again is all there is.
        while not take_now(descriptor, shared=shared):  # noqa: ASYNC110
            await asyncio.sleep(_POLL_S)
        yield
    finally:
        os.close(descriptor)
