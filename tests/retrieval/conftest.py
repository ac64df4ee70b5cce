"""A real repository with the files a test asks for."""

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from journeyman.repository import GitRepository, open_repository

Commit = Callable[[Mapping[str, str | bytes]], GitRepository]
_GIT = ("git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org")


@pytest.fixture
def commit(tmp_path: Path) -> Commit:
    """Commit files (over those of earlier calls) and return the repository."""
    root = tmp_path / "project"

    def run(files: Mapping[str, str | bytes]) -> GitRepository:
        if not root.exists():
            root.mkdir()
            subprocess.run([*_GIT, "init", "-q", "-b", "main"], cwd=root, check=True)
        for path, content in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content.encode() if isinstance(content, str) else content)
        subprocess.run([*_GIT, "add", "-A", "-f"], cwd=root, check=True)
        subprocess.run([*_GIT, "commit", "-q", "-m", "files"], cwd=root, check=True)
        return open_repository(root, stores_dir=tmp_path / "stores")

    return run
