"""Publishing: one new branch of the person's repository, and nothing else of theirs."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.repository.conftest import Person, changed_commit

from journeyman.domain.candidate import FileChange
from journeyman.domain.errors import UserError
from journeyman.repository import GitRepository

Opened = Callable[[Person], GitRepository]


async def test_publishing_makes_the_branch_and_touches_nothing_else(person: Person, repository: GitRepository) -> None:
    person.write("README.md", "work in progress\n")
    person.git("add", "README.md")
    person.write("scratch.txt", "untracked")
    before = {
        path: path.read_bytes() for path in person.root.rglob("*") if path.is_file() and "objects" not in path.parts
    }
    commit = await changed_commit(repository)
    assert await repository.publish(commit, "journeyman/answer-43") is True
    assert await repository.publish(commit, "journeyman/answer-43") is False
    after = {
        path: path.read_bytes() for path in person.root.rglob("*") if path.is_file() and "objects" not in path.parts
    }
    made = person.root / ".git/refs/heads/journeyman/answer-43"
    assert after == before | {made: f"{commit}\n".encode()}
    assert person.git("show", "journeyman/answer-43:src/app.py") == "def answer():\n    return 43"
    person.git("fsck", "--strict")


async def test_publishing_survives_the_store(person: Person, repository: GitRepository, tmp_path: Path) -> None:
    snapshot = await repository.snapshot("")
    parent = snapshot.commit
    tree = snapshot.tree
    for number in range(3):  # commits stacked on commits that only the store has
        tree = await repository.overlay(tree, (FileChange(path=f"deep/{number}/file.txt", content=b"%d" % number),))
        parent = await repository.commit(tree, parent=parent, message=f"Step {number}")
    await repository.publish(parent, "journeyman/stack")
    shutil.rmtree(tmp_path / "stores")
    person.git("fsck", "--strict", "--connectivity-only")
    assert person.git("log", "--format=%s", "journeyman/stack").split("\n") == [
        "Step 2",
        "Step 1",
        "Step 0",
        "the beginning",
    ]


async def test_a_branch_that_points_elsewhere_is_never_moved(person: Person, repository: GitRepository) -> None:
    person.git("branch", "journeyman/taken")
    commit = await changed_commit(repository)
    with pytest.raises(UserError, match="already points at"):
        await repository.publish(commit, "journeyman/taken")
    assert person.git("rev-parse", "journeyman/taken") == person.git("rev-parse", "main")


async def test_a_branch_where_a_directory_of_branches_would_be(person: Person, repository: GitRepository) -> None:
    person.git("branch", "journeyman")
    with pytest.raises(UserError, match="cannot be made"):
        await repository.publish(await changed_commit(repository), "journeyman/one")


async def test_an_unborn_branch_that_is_checked_out(person: Person, repository: GitRepository) -> None:
    commit = await changed_commit(repository)
    person.git("checkout", "-q", "--orphan", "journeyman/mine")
    with pytest.raises(UserError, match="is checked out"):
        await repository.publish(commit, "journeyman/mine")


@pytest.mark.parametrize(
    "branch",
    [
        "",
        "-d",
        "--upload-pack=x",
        "a..b",
        "a.lock",
        "a/",
        "/a",
        "a//b",
        "x y",
        "a\nb",
        "HEAD",
        "a@{0}",
        "é",
        "a/.b",
        "x" * 201,
    ],
)
async def test_a_branch_name_outside_the_grammar(repository: GitRepository, branch: str) -> None:
    with pytest.raises(UserError, match="cannot be the name of a branch"):
        await repository.publish((await repository.snapshot("")).commit, branch)


async def test_a_lock_of_another_git_is_respected(person: Person, repository: GitRepository) -> None:
    commit = await changed_commit(repository)
    person.write(".git/refs/heads/journeyman/one.lock", "")
    with pytest.raises(UserError, match="cannot be made"):
        await repository.publish(commit, "journeyman/one")
