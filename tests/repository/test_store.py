"""Opening a repository, wherever it lies, and reading from it."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.repository.conftest import Person, changed_commit

from journeyman.domain.candidate import FileChange
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.snapshot import EntryKind
from journeyman.ports.repository import Repository
from journeyman.repository import GitRepository, open_repository

Opened = Callable[[Person], GitRepository]


async def test_a_git_repository_fills_the_port(repository: GitRepository) -> None:
    port: Repository = repository
    assert (await port.snapshot("")).ref == "main"


async def test_a_snapshot_lists_every_entry_with_kind_and_size(repository: GitRepository) -> None:
    snapshot = await repository.snapshot("")
    assert [(entry.path, entry.kind, entry.size_bytes) for entry in snapshot.entries] == [
        ("README.md", EntryKind.FILE, 10),
        ("link", EntryKind.SYMLINK, 10),
        ("src/app.py", EntryKind.FILE, 28),
        ("src/data.bin", EntryKind.FILE, 256),
        ("tool.sh", EntryKind.EXECUTABLE, 21),
    ]
    blobs = tuple(entry.blob for entry in snapshot.entries)
    contents = await repository.read_many(blobs)
    assert contents[3] == bytes(range(256)) == await repository.read(blobs[3])


@pytest.mark.parametrize("kind", ["missing", "file", "directory"])
def test_what_is_no_repository(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "thing"
    if kind == "file":
        path.write_text("")
    if kind == "directory":
        path.mkdir()
    with pytest.raises(UserError) as caught:
        open_repository(path, stores_dir=tmp_path / "stores")
    assert caught.value.remedy
    assert not (tmp_path / "stores").exists()


async def test_a_subdirectory_a_linked_worktree_and_a_bare_clone(person: Person, tmp_path: Path) -> None:
    stores = tmp_path / "stores"
    person.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    person.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    assert (await open_repository(person.root / "src", stores_dir=stores).snapshot("")).ref == "main"
    assert (await open_repository(tmp_path / "side", stores_dir=stores).snapshot("")).ref == "side"
    assert (await open_repository(tmp_path / "bare.git", stores_dir=stores).snapshot("")).ref == "main"
    assert len(list(stores.iterdir())) == 2, "the checkouts of one repository share a store"


def test_a_worktree_whose_repository_is_gone(tmp_path: Path) -> None:
    (tmp_path / "side").mkdir()
    (tmp_path / "side/.git").write_text("gitdir: /nonexistent/worktrees/side\n")
    with pytest.raises(UserError, match="points nowhere"):
        open_repository(tmp_path / "side", stores_dir=tmp_path / "stores")


async def test_sha256(tmp_path: Path, opened: Opened) -> None:
    someone = Person(tmp_path / "modern", "--object-format=sha256")
    someone.write("a.txt", "a")
    someone.commit()
    repository = opened(someone)
    snapshot = await repository.snapshot("")
    tree = await repository.overlay(snapshot.tree, (FileChange(path="b.txt", content=b"b"),))
    await repository.checkout(tree, tmp_path / "work", with_git=True)
    (tmp_path / "work/b.txt").write_text("c")
    assert await repository.collect(tree, tmp_path / "work") == (FileChange(path="b.txt", content=b"c"),)
    commit = await repository.commit(tree, parent=snapshot.commit, message="Add b")
    assert len(commit) == 64
    assert await repository.publish(commit, "journeyman/1")
    someone.git("fsck", "--strict")


async def test_a_shallow_clone(person: Person, opened: Opened, tmp_path: Path) -> None:
    person.write("more.txt", "more")
    person.commit()
    person.git("clone", "-q", "--depth=1", f"file://{person.root}", str(tmp_path / "shallow"))
    shallow = open_repository(tmp_path / "shallow", stores_dir=tmp_path / "stores")
    commit = await changed_commit(shallow)
    assert await shallow.publish(commit, "journeyman/1")
    Person(tmp_path / "shallow").git("fsck", "--strict")


async def test_a_partial_clone_is_named_as_such(person: Person, tmp_path: Path) -> None:
    person.git("config", "uploadpack.allowFilter", "true")
    person.git("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{person.root}", str(tmp_path / "partial"))
    with pytest.raises(UserError, match="partial clone"):
        await open_repository(tmp_path / "partial", stores_dir=tmp_path / "stores").snapshot("")


async def test_an_object_that_is_not_there(repository: GitRepository) -> None:
    with pytest.raises(AdapterError, match="no object"):
        await repository.read("1" * 40)
    with pytest.raises(UserError, match="not an object id"):
        await repository.read("HEAD")
    with pytest.raises(UserError, match="is a commit"):
        await repository.read((await repository.snapshot("")).commit)


async def test_the_same_inputs_give_the_same_commit(person: Person, opened: Opened, tmp_path: Path) -> None:
    first = await changed_commit(opened(person))
    again = await changed_commit(open_repository(person.root, stores_dir=tmp_path / "elsewhere"))
    assert first == again
    await opened(person).publish(first, "journeyman/1")
    shown = person.git("log", "-1", "--format=%an <%ae> %aI %cn %cI %P%n%B", first)
    parent = person.git("rev-parse", "HEAD")
    when = "2024-05-01T10:00:00+00:00"
    assert shown == f"Journeyman <journeyman@users.noreply.invalid> {when} Journeyman {when} {parent}\nAnswer 43"


@pytest.mark.parametrize("message", ["", " \n", "a\0b"])
async def test_a_message_that_git_would_not_keep(repository: GitRepository, message: str) -> None:
    snapshot = await repository.snapshot("")
    with pytest.raises(UserError, match="message"):
        await repository.commit(snapshot.tree, parent=snapshot.commit, message=message)


async def test_names_that_are_not_utf_8_are_kept(tmp_path: Path, opened: Opened) -> None:
    someone = Person(tmp_path / "old")
    (someone.root / os.fsdecode(b"caf\xe9.txt")).write_bytes(b"\xff\xfe")
    someone.commit()
    repository = opened(someone)
    snapshot = await repository.snapshot("")
    assert [os.fsencode(entry.path) for entry in snapshot.entries] == [b"caf\xe9.txt"]
    await repository.checkout(snapshot.tree, tmp_path / "out")
    assert await repository.collect(snapshot.tree, tmp_path / "out") == ()
    (tmp_path / "out" / snapshot.entries[0].path).write_bytes(b"changed")
    changes = await repository.collect(snapshot.tree, tmp_path / "out")
    tree = await repository.overlay(snapshot.tree, changes)
    assert "changed" in await repository.diff(snapshot.tree, tree)


def test_the_environment_of_the_caller_does_not_reach_git(person: Person, tmp_path: Path) -> None:
    # Another git directory, index and configuration in the caller's environment must change nothing.
    code = (
        "import asyncio, sys, pathlib\n"
        "from journeyman.repository import open_repository\n"
        "found = open_repository(pathlib.Path(sys.argv[1]), stores_dir=pathlib.Path(sys.argv[2]))\n"
        "print(asyncio.run(found.snapshot('')).commit)\n"
    )
    poisoned = {
        "PATH": os.defpath,
        "GIT_DIR": "/nonexistent",
        "GIT_INDEX_FILE": "/nonexistent",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.bare",
        "GIT_CONFIG_VALUE_0": "nonsense",
        "GIT_EXTERNAL_DIFF": "false",
    }
    done = subprocess.run(
        [sys.executable, "-c", code, person.root, tmp_path / "stores"], env=poisoned, capture_output=True, text=True
    )
    assert done.stdout.strip() == person.git("rev-parse", "HEAD"), done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
async def test_a_repository_of_someone_else_must_be_named_itself(person: Person, tmp_path: Path) -> None:
    for path in (person.root, *person.root.rglob("*")):
        os.lchown(path, 12345, -1)
    os.chown(person.root / "src", 0, -1)
    with pytest.raises(UserError, match="belongs to another user"):
        open_repository(person.root / "src", stores_dir=tmp_path / "stores")
    named = open_repository(person.root, stores_dir=tmp_path / "stores")
    assert await named.publish(await changed_commit(named), "journeyman/one")
