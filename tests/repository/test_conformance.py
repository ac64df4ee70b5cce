"""The git repository keeps the promises of the port."""

from pathlib import Path

import pytest
from tests.repository.conftest import Person

from journeyman.ports.repository import Repository
from journeyman.repository import open_repository
from journeyman.testing.conformance.repository import FILES, RepositoryConformance


class TestGitRepository(RepositoryConformance):
    @pytest.fixture
    async def repository(self, tmp_path: Path) -> Repository:
        someone = Person(tmp_path / "project")
        for path, content in FILES.items():
            someone.write(path, content)
        someone.commit()
        return open_repository(someone.root, stores_dir=tmp_path / "stores")
