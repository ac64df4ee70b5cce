"""Vectors in this process alone."""

from contextlib import asynccontextmanager

import pytest

from journeyman.adapters.vectors.memory import MemoryVectors
from journeyman.testing.conformance.vectors import Place, VectorStoreConformance


@pytest.fixture
def place() -> Place:
    @asynccontextmanager
    async def opened():  # type: ignore[no-untyped-def] # noqa: ANN202
        yield MemoryVectors()

    return opened


class TestMemoryVectors(VectorStoreConformance):
    """Every promise of the seam."""

    lasts = False
    many = 100_000
