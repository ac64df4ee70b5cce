"""A person's repository, made with plain git, and the hardened view of it."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from journeyman.domain.candidate import FileChange
from journeyman.repository import GitRepository, open_repository

ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "2024-05-01T12:00:00+02:00",
    "GIT_COMMITTER_DATE": "2024-05-01T12:00:00+02:00",
}


ANSWER_43 = FileChange(path="src/app.py", content=b"def answer():\n    return 43\n")


class Person:
    """Someone at a terminal in their own repository."""

    def __init__(self, root: Path, *init: str) -> None:
        self.root = root
        if not root.exists():
            root.mkdir(parents=True)
            self.git("init", "-q", "-b", "main", "--template=", *init)

    def git(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(["git", *arguments], cwd=self.root, env=ENVIRONMENT, capture_output=True, check=False)
        if check and done.returncode:
            raise AssertionError(done.stderr.decode())
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, path: str, content: bytes | str) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    def commit(self, message: str = "a step") -> str:
        self.git("add", "-A", "-f")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a few files of every kind, to be copied: making one takes five processes."""
    someone = Person(tmp_path_factory.mktemp("template") / "project")
    someone.write("README.md", "# Project\n")
    someone.write("src/app.py", "def answer():\n    return 42\n")
    someone.write("src/data.bin", bytes(range(256)))
    someone.write("tool.sh", "#!/bin/sh\necho hello\n").chmod(0o755)
    (someone.root / "link").symlink_to("src/app.py")
    someone.commit("the beginning")
    return someone.root


@pytest.fixture
def person(template: Path, tmp_path: Path) -> Person:
    return Person(shutil.copytree(template, tmp_path / "project", symlinks=True))


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[Person], GitRepository]:
    """Open a person's repository with stores in this test's own directory."""
    return lambda someone: open_repository(someone.root, stores_dir=tmp_path / "stores")


@pytest.fixture
def repository(person: Person, opened: Callable[[Person], GitRepository]) -> GitRepository:
    return opened(person)


async def changed_commit(repository: GitRepository, *changes: FileChange) -> str:
    snapshot = await repository.snapshot("")
    tree = await repository.overlay(snapshot.tree, changes or (ANSWER_43,))
    return await repository.commit(tree, parent=snapshot.commit, message="Answer 43")
