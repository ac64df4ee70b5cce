"""Delivery to a person's own repository: a branch and a text, once."""

import subprocess
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from journeyman.adapters.forges.local import LocalForge
from journeyman.domain.candidate import FileChange
from journeyman.domain.change import Change
from journeyman.domain.delivery import Delivery, Wishes, marker
from journeyman.domain.errors import UserError
from journeyman.repository import open_repository
from journeyman.stages.deliver import deliver


def git(repo: Path, *words: str) -> str:
    command = ["git", "-C", str(repo), "-c", "user.name=Ada", "-c", "user.email=ada@localhost", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    path = tmp_path / "repo"
    path.mkdir()
    git(path, "init", "-q", "-b", "main")
    (path / "a.py").write_text("x = 1\n")
    git(path, "add", ".")
    git(path, "commit", "-q", "-m", "base")
    return path


async def prepared(repo: Path, content: bytes = b"x = 2\n") -> tuple[Callable[[], Awaitable[Delivery]], Change]:
    repository = open_repository(repo, stores_dir=repo.parent / "stores")
    base = await repository.snapshot("")
    tree = await repository.overlay(base.tree, (FileChange(path="a.py", content=content),))
    change = Change(
        run="r1", base=base.commit, target="main", tree=tree, branch="journeyman/r1",
        title="Two", body=f"Because.\n{marker('r1')}\n", message="Two\n\nJourneyman-Run: r1\n",
    )  # fmt: skip
    forge = LocalForge(repository, repo.parent / "texts")
    return lambda: deliver(change, forge=forge, repository=repository, wishes=Wishes(receipt=True)), change


async def test_a_change_lands_on_its_branch_with_a_text(repo: Path) -> None:
    land, change = await prepared(repo)
    delivery = await land()
    assert git(repo, "show", "journeyman/r1:a.py") == "x = 2"
    assert git(repo, "rev-parse", "journeyman/r1^") == change.base
    assert Path(delivery.pull_request).read_text() == f"# Two\n\n{change.body}"
    assert (repo / "a.py").read_text() == "x = 1\n"
    assert git(repo, "status", "--porcelain") == ""


async def test_a_second_delivery_changes_nothing(repo: Path) -> None:
    land, _ = await prepared(repo)
    first, second = await land(), await land()
    assert second == replace(first, already_there=True)
    assert git(repo, "rev-list", "--count", "journeyman/r1") == "2"


async def test_a_branch_that_says_something_else_is_never_moved(repo: Path) -> None:
    land, change = await prepared(repo)
    git(repo, "branch", "journeyman/r1")
    with pytest.raises(UserError, match="journeyman/r1"):
        await land()
    assert git(repo, "rev-parse", "journeyman/r1") == change.base
