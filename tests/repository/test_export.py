"""Reading back a workspace: what is returned, what is left out, what is refused."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.repository.conftest import Person

from journeyman.domain.candidate import FileChange
from journeyman.domain.errors import UnsafeTreeError, UserError
from journeyman.repository import GitRepository, Limits, open_repository

Opened = Callable[[Person], GitRepository]


class Workspace:
    """A checkout that something untrusted had its way with."""

    def __init__(self, repository: GitRepository, tree: str, root: Path) -> None:
        self.repository = repository
        self.tree = tree
        self.root = root

    def write(self, path: str, content: str | bytes = "x") -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        return target

    async def changes(self) -> dict[str, bytes | None]:
        return {change.path: change.content for change in await self.repository.collect(self.tree, self.root)}

    async def reasons(self) -> tuple[str, ...]:
        with pytest.raises(UnsafeTreeError) as caught:
            await self.repository.collect(self.tree, self.root)
        return caught.value.reasons


@pytest.fixture
async def workspace(repository: GitRepository, tmp_path: Path) -> Workspace:
    tree = (await repository.snapshot("")).tree
    await repository.checkout(tree, tmp_path / "work")
    return Workspace(repository, tree, tmp_path / "work")


async def test_an_untouched_checkout_has_no_changes(workspace: Workspace) -> None:
    assert await workspace.changes() == {}


async def test_edits_additions_removals_and_modes(workspace: Workspace) -> None:
    workspace.write("src/app.py", "changed")
    workspace.write("new/file.txt", "new")
    (workspace.root / "README.md").unlink()
    (workspace.root / "link").unlink()
    (workspace.root / "tool.sh").chmod(0o644)
    workspace.write("src/data.bin", bytes(range(256)))
    (workspace.root / "empty").mkdir()
    assert await workspace.repository.collect(workspace.tree, workspace.root) == (
        FileChange(path="README.md", content=None),
        FileChange(path="link", content=None),
        FileChange(path="new/file.txt", content=b"new"),
        FileChange(path="src/app.py", content=b"changed"),
        FileChange(path="tool.sh", content=b"#!/bin/sh\necho hello\n"),
    )


async def test_a_symlink_of_the_tree_may_become_a_file(workspace: Workspace) -> None:
    (workspace.root / "link").unlink()
    workspace.write("link", "plain")
    assert await workspace.changes() == {"link": b"plain"}


async def test_a_file_may_become_a_directory_and_back(workspace: Workspace) -> None:
    (workspace.root / "README.md").unlink()
    workspace.write("README.md/part.md", "1")
    for path in (workspace.root / "src").iterdir():
        path.unlink()
    (workspace.root / "src").rmdir()
    workspace.write("src", "file")
    changes = await workspace.changes()
    assert changes == {
        "README.md": None,
        "README.md/part.md": b"1",
        "src": b"file",
        "src/app.py": None,
        "src/data.bin": None,
    }
    tree = await workspace.repository.overlay(
        workspace.tree, await workspace.repository.collect(workspace.tree, workspace.root)
    )
    assert "README.md/part.md" in await workspace.repository.diff(workspace.tree, tree)


async def test_litter_and_what_the_base_ignores_are_left_out(person: Person, opened: Opened, tmp_path: Path) -> None:
    person.write(".gitignore", "build/\n*.log\n!keep.log\n/root.txt\n")
    person.write("pkg/.gitignore", "local.cfg\n")
    person.write("build/kept.txt", "tracked although ignored")
    person.commit()
    repository = opened(person)
    tree = (await repository.snapshot("")).tree
    await repository.checkout(tree, tmp_path / "work")
    workspace = Workspace(repository, tree, tmp_path / "work")
    for path in ("a.log", "keep.log", "root.txt", "src/root.txt", "pkg/local.cfg", "local.cfg", "src/build/x.o"):
        workspace.write(path)
    for path in ("src/__pycache__/app.pyc", ".pytest_cache/v/x", "build/new.txt"):
        workspace.write(path)
    workspace.write("build/kept.txt", "edited")
    (workspace.root / "src/build/away").symlink_to("/etc/passwd")  # nobody goes there
    assert set(await workspace.changes()) == {"keep.log", "src/root.txt", "local.cfg", "build/kept.txt"}


async def test_an_agent_cannot_extend_what_is_ignored(workspace: Workspace) -> None:
    workspace.write(".gitignore", "*\n")
    workspace.write("sneaky.py")
    assert set(await workspace.changes()) == {".gitignore", "sneaky.py"}


async def test_names_that_look_like_pathspecs_are_taken_literally(workspace: Workspace) -> None:
    names = {":(glob)**", ":x", "*", "[a]", "!x", "#x"}
    for name in names:
        workspace.write(name)
    assert set(await workspace.changes()) == names


async def test_the_limits(person: Person, workspace: Workspace, tmp_path: Path) -> None:
    limits = Limits(new_entries=12, depth=4, file_bytes=100, total_bytes=150)
    workspace.repository = open_repository(person.root, stores_dir=tmp_path / "stores", limits=limits)
    assert await workspace.changes() == {}, "what the tree has may be larger than the limit"
    workspace.write("a/b/c/d/fits.txt", "x" * 100)
    assert list(await workspace.changes()) == ["a/b/c/d/fits.txt"]
    workspace.write("src/data.bin", bytes(256))
    assert await workspace.reasons() == ("too-large:src/data.bin",)
    workspace.write("src/data.bin", "x" * 90)
    assert await workspace.reasons() == ("too-large:.",)
    workspace.write("src/data.bin", bytes(range(256)))
    workspace.write("a/b/c/d/e/deep.txt")
    assert await workspace.reasons() == ("too-deep:a/b/c/d/e",)
    for number in range(20):
        workspace.write(f"many/{number}", b"")
    assert any(reason.startswith("too-many:") for reason in await workspace.reasons())


async def test_a_sparse_giant_is_not_read(workspace: Workspace) -> None:
    with (workspace.root / "giant").open("wb") as file:
        file.truncate(2**41)
    assert await workspace.reasons() == ("too-large:giant",)


async def test_every_reason_is_named_at_once(workspace: Workspace) -> None:
    (workspace.root / "a").symlink_to("README.md")
    (workspace.root / "src/dir").symlink_to(".")
    os.link(workspace.root / "README.md", workspace.root / "hard")
    os.mkfifo(workspace.root / "pipe")
    workspace.write("sub/.git/config")
    workspace.write(".gitattributes")
    workspace.write("-n")
    workspace.write("README.MD")
    assert await workspace.reasons() == (
        "bad-name:-n",
        "case:README.MD",
        "git-dir:sub/.git",
        "git-meta:.gitattributes",
        "hardlink:README.md",
        "hardlink:hard",
        "non-regular:pipe",
        "symlink:a",
        "symlink:src/dir",
    )


async def test_renaming_in_case_alone_is_no_collision(workspace: Workspace) -> None:
    (workspace.root / "README.md").rename(workspace.root / "Readme.md")
    assert set(await workspace.changes()) == {"README.md", "Readme.md"}


async def test_git_meta_may_stay_but_not_change(person: Person, opened: Opened, tmp_path: Path) -> None:
    person.write(".gitattributes", "*.png binary\n")
    person.write("sub/.gitattributes", "*.jpg binary\n")
    person.commit()
    repository = opened(person)
    tree = (await repository.snapshot("")).tree
    await repository.checkout(tree, tmp_path / "work")
    workspace = Workspace(repository, tree, tmp_path / "work")
    assert await workspace.changes() == {}
    workspace.write(".gitattributes", "* -diff\n")
    (workspace.root / "sub/.gitattributes").unlink()
    assert await workspace.reasons() == ("git-meta:.gitattributes", "git-meta:sub/.gitattributes")


async def test_a_submodule_stays_empty(person: Person, opened: Opened, tmp_path: Path) -> None:
    person.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},lib")
    person.git("commit", "-q", "-m", "a submodule")
    repository = opened(person)
    tree = (await repository.snapshot("")).tree
    await repository.checkout(tree, tmp_path / "work")
    workspace = Workspace(repository, tree, tmp_path / "work")
    (workspace.root / "lib").mkdir()
    assert await workspace.changes() == {}
    workspace.write("lib/x")
    assert await workspace.reasons() == ("submodule:lib",)


async def test_a_fixture_repository_of_the_tree_is_no_surprise(person: Person, opened: Opened, tmp_path: Path) -> None:
    for path in ("HEAD", "objects/keep", "refs/keep"):
        person.write(f"tests/data/bare/{path}", "ref: refs/heads/main\n")
    person.commit()
    repository = opened(person)
    tree = (await repository.snapshot("")).tree
    await repository.checkout(tree, tmp_path / "work")
    assert await repository.collect(tree, tmp_path / "work") == ()


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
async def test_what_cannot_be_read(workspace: Workspace) -> None:
    workspace.write("locked").chmod(0)
    workspace.write("shut/x").parent.chmod(0)
    assert await workspace.reasons() == ("unreadable:locked", "unreadable:shut")
    (workspace.root / "shut").chmod(0o700)


async def test_a_workspace_that_is_a_symlink_or_missing(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(workspace.root)
    for root in (tmp_path / "alias", tmp_path / "missing"):
        with pytest.raises(UserError, match="cannot be opened"):
            await workspace.repository.collect(workspace.tree, root)
