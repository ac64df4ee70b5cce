"""The event log in memory keeps every promise of the seam."""

import pytest

from journeyman.testing.conformance.events import RUN, EventLogConformance, move
from journeyman.testing.events import MemoryLog


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


class TestMemoryLog(EventLogConformance):
    """Every promise of the seam, in memory."""


async def test_an_erased_body_is_gone(log: MemoryLog) -> None:
    digest = await log.run(RUN).keep(b"secret")
    assert await log.erase(digest)
    assert await log.body(digest) is None
    assert not await log.erase(digest)
    assert (await log.run(RUN).append(move("x"), key="0")).sequence == 0
