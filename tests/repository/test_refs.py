"""What people call a commit, and what is refused as a name."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.repository.conftest import Person

from journeyman.domain.errors import UserError
from journeyman.repository import GitRepository

Opened = Callable[[Person], GitRepository]


@pytest.mark.parametrize("ref", ["main", "HEAD", "@", "v1", "refs/heads/main", "main^{commit}"])
async def test_names_of_the_same_commit(person: Person, opened: Opened, ref: str) -> None:
    person.git("tag", "v1")
    commit = person.git("rev-parse", "HEAD")
    assert (await opened(person).snapshot(ref)).commit == commit
    assert (await opened(person).snapshot(commit)).commit == commit


async def test_a_commit_behind_a_name(person: Person, opened: Opened) -> None:
    first = person.git("rev-parse", "HEAD")
    person.write("more.txt", "more")
    person.commit()
    repository = opened(person)
    assert (await repository.snapshot("HEAD~1")).commit == (await repository.snapshot("main~1")).commit == first


async def test_packed_refs_and_later_commits_are_seen_live(person: Person, repository: GitRepository) -> None:
    person.git("pack-refs", "--all")
    person.git("gc", "-q")
    assert (await repository.snapshot("main")).commit == person.git("rev-parse", "HEAD")
    person.write("more.txt", "more")
    assert (await repository.snapshot("main")).commit == person.git("rev-parse", "HEAD")
    person.commit()
    assert (await repository.snapshot("main")).commit == person.git("rev-parse", "HEAD")


async def test_a_detached_head_is_named_by_its_commit(person: Person, opened: Opened) -> None:
    person.git("checkout", "-q", "--detach")
    snapshot = await opened(person).snapshot("")
    assert snapshot.ref == snapshot.commit == person.git("rev-parse", "HEAD")


async def test_a_tag_cannot_shadow_a_branch(person: Person, opened: Opened) -> None:
    first = person.git("rev-parse", "HEAD")
    person.write("more.txt", "more")
    second = person.commit()
    person.git("tag", "main", first)
    assert (await opened(person).snapshot("main")).commit == second


async def test_no_commit_yet(tmp_path: Path, opened: Opened) -> None:
    repository = opened(Person(tmp_path / "young"))
    with pytest.raises(UserError, match=r"no commit yet\n.*git commit"):
        await repository.snapshot("")


@pytest.mark.parametrize("ref", ["nothing", "HEAD~99", "v9", "0" * 40])
async def test_an_unknown_name(repository: GitRepository, ref: str) -> None:
    with pytest.raises(UserError, match=r"no commit named"):
        await repository.snapshot(ref)


@pytest.mark.parametrize(
    "ref", ["--upload-pack=x", "-h", "main..main", ":/a", "main:src", "@{-1}", "a b", "x\ny", "HEAD~1\0"]
)
async def test_a_name_that_git_could_misread_is_refused(repository: GitRepository, ref: str) -> None:
    with pytest.raises(UserError, match="not a name of a commit"):
        await repository.snapshot(ref)


async def test_a_damaged_head(person: Person, repository: GitRepository) -> None:
    (person.root / ".git/HEAD").write_text("nonsense\n")
    with pytest.raises(UserError, match="damaged"):
        await repository.snapshot("")
