"""Checkouts: the bytes of the tree, ordinary modes, and no symlink that leads out."""

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.repository.conftest import Person

from journeyman.domain.errors import UnsafeTreeError, UserError
from journeyman.repository import GitRepository
from journeyman.repository.checkout import symlink_stays_inside

Opened = Callable[[Person], GitRepository]


def listing(root: Path) -> dict[str, str]:
    return {
        str(path.relative_to(root)): f"->{path.readlink()}" if path.is_symlink() else stat.filemode(path.stat().st_mode)
        for path in root.rglob("*")
    }


async def test_files_modes_and_inner_symlinks(repository: GitRepository, tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        await repository.checkout((await repository.snapshot("")).tree, tmp_path / "out")
    finally:
        os.umask(old)
    assert listing(tmp_path / "out") == {
        "README.md": "-rw-r--r--",
        "link": "->src/app.py",
        "src": "drwxr-xr-x",
        "src/app.py": "-rw-r--r--",
        "src/data.bin": "-rw-r--r--",
        "tool.sh": "-rwxr-xr-x",
    }
    assert (tmp_path / "out/src/data.bin").read_bytes() == bytes(range(256))


async def test_no_filter_runs_and_no_line_ending_changes(person: Person, opened: Opened, tmp_path: Path) -> None:
    person.git("config", "filter.shout.smudge", f"touch {tmp_path}/ran; tr a-z A-Z")
    person.write(".gitattributes", "*.txt filter=shout eol=crlf\n*.c ident\n")
    person.write("a.txt", "quiet\n")
    person.write("a.c", "$Id$\n")
    person.commit()
    repository = opened(person)
    await repository.checkout((await repository.snapshot("")).tree, tmp_path / "out")
    assert (tmp_path / "out/a.txt").read_bytes() == b"quiet\n"
    assert (tmp_path / "out/a.c").read_bytes() == b"$Id$\n"
    assert not (tmp_path / "ran").exists()


async def test_a_directory_that_is_not_empty(repository: GitRepository, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(UserError, match="not empty"):
        await repository.checkout((await repository.snapshot("")).tree, tmp_path)


async def test_symlinks_that_leave_and_submodules_are_left_out(person: Person, opened: Opened, tmp_path: Path) -> None:
    for name, target in {
        "out": "/etc/passwd",
        "up": "../secret",
        "chain": "link/../../x",
        "git": ".git/config",
    }.items():
        (person.root / name).symlink_to(target)
    person.write("a/b/c.txt", "c")
    (person.root / "a/b/fine").symlink_to("../../README.md")
    person.commit()
    person.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},lib")
    person.git("commit", "-q", "-m", "a submodule")
    repository = opened(person)
    tree = (await repository.snapshot("")).tree
    await repository.checkout(tree, tmp_path / "out")
    made = listing(tmp_path / "out")
    assert made["a/b/fine"] == "->../../README.md"
    assert not {"out", "up", "chain", "git", "lib"} & set(made)
    assert await repository.collect(tree, tmp_path / "out") == (), "what was left out is not a removal"


@pytest.mark.parametrize(
    ("path", "target", "inside"),
    [
        ("a", "b", True),
        ("d/a", "../b", True),
        ("d/a", "./.././b/c", True),
        ("d/e/a", "../..", True),
        ("a", "..", False),
        ("d/a", "../../b", False),
        ("a", "/b", False),
        ("a", "", False),
        ("a", "d/../../b", False),
        ("d/e/a", "x/../b", False),  # x may be a symlink: its `..` is another place than the text says
        ("a", ".GIT/config", False),
        ("a", "b\0c", False),
    ],
)
def test_where_a_symlink_may_lead(path: str, target: str, *, inside: bool) -> None:
    assert symlink_stays_inside(path, target) is inside


async def test_a_tree_forged_to_write_through_a_symlink(person: Person, opened: Opened, tmp_path: Path) -> None:
    # No honest git stores `x` twice; a forged tree makes a link to another directory, then a file below it.
    blob = bytes.fromhex(person.git("rev-parse", "HEAD:README.md"))
    link = bytes.fromhex(forge(person, b"src", kind="blob"))
    below = bytes.fromhex(forge(person, b"100644 pwned\0" + blob))
    forged = forge(person, b"120000 x\0" + link + b"40000 x\0" + below)
    with pytest.raises(UnsafeTreeError, match="file-there:x/pwned"):
        await opened(person).checkout(forged, tmp_path / "out")


@pytest.mark.parametrize("name", [b"..", b".git", b"GIT~1", b"a/../b"])
async def test_a_tree_forged_with_a_hostile_name(person: Person, opened: Opened, tmp_path: Path, name: bytes) -> None:
    blob = person.git("rev-parse", "HEAD:README.md")
    below = forge(person, b"100644 pwned\0" + bytes.fromhex(blob))
    forged = forge(person, b"40000 " + name + b"\0" + bytes.fromhex(below))
    with pytest.raises(UnsafeTreeError, match=r"climbs-out|git-dir"):
        await opened(person).checkout(forged, tmp_path / "out")
    assert not (tmp_path / "pwned").exists()


def forge(person: Person, content: bytes, kind: str = "tree") -> str:
    command = ["git", "hash-object", "-w", "-t", kind, "--literally", "--stdin"]
    done = subprocess.run(command, cwd=person.root, input=content, capture_output=True, check=True)
    return done.stdout.decode().strip()


async def test_a_workspace_is_a_repository_of_one_commit(person: Person, opened: Opened, tmp_path: Path) -> None:
    secret = person.write("secret.txt", "of old").read_text()
    person.commit("add a secret")
    person.git("rm", "-q", "secret.txt")
    person.commit("remove it again")
    person.git("tag", "v1")
    person.git("remote", "add", "origin", "https://example.org/project.git")
    repository = opened(person)
    await repository.checkout((await repository.snapshot("")).tree, tmp_path / "work", with_git=True)
    work = Person(tmp_path / "work")
    assert work.git("status", "--porcelain") == ""
    assert work.git("rev-list", "--all", "--count") == "1"
    assert work.git("for-each-ref", "--format=%(refname)") == "refs/heads/main"
    assert work.git("remote") == work.git("tag") == ""
    assert work.git("log", "--format=%an") == "Journeyman"
    contents = work.git("cat-file", "--batch-all-objects", "--batch")
    assert "# Project" in contents
    assert secret not in contents
    assert not (tmp_path / "work/.git/objects/info/alternates").exists()


async def test_an_agent_may_use_its_own_git(repository: GitRepository, tmp_path: Path) -> None:
    tree = (await repository.snapshot("")).tree
    await repository.checkout(tree, tmp_path / "work", with_git=True)
    work = Person(tmp_path / "work")
    work.write("src/app.py", "def answer():\n    return 43\n")
    work.git("add", "-A")
    work.git("commit", "-q", "-m", "mine")
    (change,) = await repository.collect(tree, tmp_path / "work")
    assert (change.path, change.content) == ("src/app.py", b"def answer():\n    return 43\n")
