"""Snapshots, content, commits and branches of a real repository."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from journeyman.domain.candidate import FileChange
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.snapshot import EntryKind
from journeyman.ports.repository import Repository
from journeyman.repository import GitRepository, open_repository
from tests.repository.conftest import Person

Opened = Callable[[Person], GitRepository]
CHANGE = FileChange(path="src/app.py", content=b"def answer():\n    return 43\n")


async def changed_commit(repository: GitRepository, *changes: FileChange) -> str:
    snapshot = await repository.snapshot("")
    tree = await repository.overlay(snapshot.tree, changes or (CHANGE,))
    return await repository.commit(tree, parent=snapshot.commit, message="Answer 43")


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


async def test_a_damaged_head(person: Person, repository: GitRepository) -> None:
    (person.root / ".git/HEAD").write_text("nonsense\n")
    with pytest.raises(UserError, match="damaged"):
        await repository.snapshot("")


async def test_sha256(tmp_path: Path, opened: Opened) -> None:
    someone = Person(tmp_path / "modern", "--object-format=sha256")
    someone.write("a.txt", "a")
    someone.commit()
    repository = opened(someone)
    snapshot = await repository.snapshot("")
    tree = await repository.overlay(snapshot.tree, (FileChange(path="b.txt", content=b"b"),))
    await repository.workspace(tree, tmp_path / "work")
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
    assert shown == f"Journeyman <journeyman@users.noreply.invalid> {when} Journeyman {when} {parent}
Answer 43"


@pytest.mark.parametrize("message", ["", " \n", "a\0b"])
async def test_a_message_that_git_would_not_keep(repository: GitRepository, message: str) -> None:
    snapshot = await repository.snapshot("")
    with pytest.raises(UserError, match="message"):
        await repository.commit(snapshot.tree, parent=snapshot.commit, message=message)


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
