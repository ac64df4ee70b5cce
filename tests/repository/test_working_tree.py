"""What is said of a person's checkout, without running anything they configured."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.repository.conftest import Person

from journeyman.domain.errors import UserError
from journeyman.repository import GitRepository, open_repository, require_clean

Opened = Callable[[Person], GitRepository]


async def test_a_clean_checkout(person: Person, repository: GitRepository) -> None:
    os.utime(person.root / "README.md", (1, 1))  # touched is not changed
    state = await repository.working_tree()
    assert (state.branch, state.commit, state.dirty) == ("main", person.git("rev-parse", "HEAD"), False)
    assert state.changed == state.untracked == state.submodules == ()
    assert state.lfs is False
    require_clean(state)


async def test_edits_staged_and_not_and_new_files(person: Person, repository: GitRepository) -> None:
    person.write("README.md", "edited\n")
    person.write("src/staged.py", "new")
    person.git("add", "src/staged.py")
    (person.root / "tool.sh").unlink()
    person.write(".gitignore", "*.log\n")
    person.write("x.log", "ignored")
    person.write("notes/one.txt", "untracked")
    before = (person.root / ".git/index").read_bytes()
    state = await repository.working_tree()
    assert state.changed == ("README.md", "src/staged.py", "tool.sh")
    assert state.untracked == (".gitignore", "notes/")
    assert (person.root / ".git/index").read_bytes() == before
    with pytest.raises(UserError, match=r"README\.md, src/staged\.py, tool\.sh\n.*--base HEAD"):
        require_clean(state)


async def test_new_files_alone_are_not_dirty(person: Person, repository: GitRepository) -> None:
    person.write("notes.txt", "untracked")
    require_clean(await repository.working_tree())


async def test_detached_and_unborn(person: Person, repository: GitRepository, tmp_path: Path, opened: Opened) -> None:
    person.git("checkout", "-q", "--detach")
    state = await repository.working_tree()
    assert (state.branch, state.commit) == (None, person.git("rev-parse", "HEAD"))
    young = Person(tmp_path / "young")
    young.write("a.txt", "a")
    young.git("add", "a.txt")
    state = await opened(young).working_tree()
    assert (state.branch, state.commit, state.changed) == ("main", None, ("a.txt",))


async def test_a_linked_worktree_has_its_own_state(person: Person, tmp_path: Path) -> None:
    person.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    person.write("README.md", "edited in the main one\n")
    side = open_repository(tmp_path / "side", stores_dir=tmp_path / "stores")
    assert (await side.working_tree()).dirty is False
    (tmp_path / "side/tool.sh").write_text("edited in the side one")
    assert (await side.working_tree()).changed == ("tool.sh",)


async def test_a_split_index(person: Person, repository: GitRepository) -> None:
    person.git("update-index", "--split-index")
    assert (await repository.working_tree()).dirty is False


async def test_a_bare_repository_is_clean(person: Person, tmp_path: Path) -> None:
    person.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    state = await open_repository(tmp_path / "bare.git", stores_dir=tmp_path / "stores").working_tree()
    assert (state.branch, state.dirty) == ("main", False)


async def test_submodules_and_lfs_are_told(person: Person, repository: GitRepository) -> None:
    person.write("assets/.gitattributes", "# *.a filter=lfs\n*.psd filter=lfs diff=lfs merge=lfs -text\n")
    person.commit()
    person.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},lib")
    person.git("commit", "-q", "-m", "a submodule")
    (person.root / "lib").mkdir()
    state = await repository.working_tree()
    assert state.submodules == ("lib",)
    assert state.lfs is True
    assert state.dirty is False


async def test_lfs_in_a_comment_is_none(person: Person, repository: GitRepository) -> None:
    person.write(".gitattributes", "# *.a filter=lfs\n*.b filter=lfsish\n")
    person.commit()
    assert (await repository.working_tree()).lfs is False


@pytest.mark.parametrize(
    "settings",
    [
        {"core.fsmonitor": "touch RAN"},
        {"filter.x.clean": "touch RAN; cat", "filter.x.smudge": "touch RAN; cat", "filter.x.required": "true"},
        {"filter.x.process": "touch RAN"},
        {"diff.external": "touch RAN", "diff.x.command": "touch RAN", "diff.x.textconv": "touch RAN"},
        {"core.hooksPath": "HOOKS"},
        {"alias.status": "!touch RAN", "core.pager": "touch RAN", "pager.diff": "touch RAN"},
        {"include.path": "../evil.conf"},
        {"core.sshCommand": "touch RAN", "gpg.program": "touch RAN", "commit.gpgSign": "true"},
        {"uploadpack.packObjectsHook": "touch RAN", "core.alternateRefsCommand": "touch RAN"},
    ],
)
async def test_nothing_of_the_persons_configuration_runs(
    person: Person, repository: GitRepository, tmp_path: Path, settings: dict[str, str]
) -> None:
    ran = tmp_path / "ran"
    person.write(".gitattributes", "*.md filter=x diff=x\n")
    person.commit()
    for hook in ("reference-transaction", "post-index-change", "pre-commit", "post-commit", "post-update", "update"):
        for directory in (person.root / ".git/hooks", tmp_path / "hooks"):
            directory.mkdir(exist_ok=True)
            (directory / hook).write_text(f"#!/bin/sh\ntouch {ran}\n")
            (directory / hook).chmod(0o755)
    person.write("evil.conf", f"[core]\n\tfsmonitor = touch {ran}\n")
    for name, value in settings.items():
        person.git("config", name, value.replace("RAN", str(ran)).replace("HOOKS", str(tmp_path / "hooks")))
    ran.unlink(missing_ok=True)
    person.write("README.md", "edited\n")
    assert (await repository.working_tree()).changed == ("README.md",)
    snapshot = await repository.snapshot("HEAD")
    await repository.checkout(snapshot.tree, tmp_path / "work", with_git=True)
    assert await repository.collect(snapshot.tree, tmp_path / "work") == ()
    commit = await repository.commit(snapshot.tree, parent=snapshot.commit, message="again")
    assert await repository.publish(commit, "journeyman/one")
    assert not ran.exists()
