"""The index that reads whole files keeps every promise of the seam."""

import subprocess
from pathlib import Path

import pytest

from journeyman.ports.repository import Repository
from journeyman.repository import open_repository
from journeyman.testing.conformance.index import INDEXED_FILES, CodeIndexConformance
from journeyman.testing.index import WholeFileIndex


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    root = tmp_path / "project"
    for path, text in INDEXED_FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    git = ("git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org")
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "files"]):
        subprocess.run([*git, *command], cwd=root, check=True)
    return open_repository(root, stores_dir=tmp_path / "stores")


@pytest.fixture
def index(repository: Repository) -> WholeFileIndex:
    return WholeFileIndex(repository)


class TestWholeFileIndex(CodeIndexConformance):
    """Every promise of the seam."""
