"""The repository in a dictionary keeps the promises of the port."""

import pytest

from journeyman.ports.repository import Repository
from journeyman.testing.conformance.repository import FILES, RepositoryConformance
from journeyman.testing.repository import InMemoryRepository


class TestInMemoryRepository(RepositoryConformance):
    @pytest.fixture
    async def repository(self) -> Repository:
        return InMemoryRepository.of(FILES)
