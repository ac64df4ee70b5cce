"""Overlays: what may be laid over a tree, and that the order of doing so does not matter."""

import itertools

import pytest
from tests.repository.conftest import Person

from journeyman.domain.candidate import FileChange
from journeyman.domain.errors import UserError
from journeyman.domain.snapshot import EntryKind
from journeyman.repository import GitRepository

CHANGES = (
    FileChange(path="README.md", content=None),
    FileChange(path="new/deep/file.py", content=b"x = 1\n", executable=True),
    FileChange(path="src/app.py", content=b""),
    FileChange(path="tool.sh", content=b"#!/bin/sh\necho hello\n", executable=False),
)


async def kinds(repository: GitRepository, tree: str) -> dict[str, EntryKind]:
    commit = await repository.commit(tree, parent=(await repository.snapshot("")).commit, message="to be listed")
    return {entry.path: entry.kind for entry in (await repository.snapshot(commit)).entries}


async def test_files_are_written_removed_and_change_their_mode(repository: GitRepository) -> None:
    tree = await repository.overlay((await repository.snapshot("")).tree, CHANGES)
    assert await kinds(repository, tree) == {
        "link": EntryKind.SYMLINK,
        "new/deep/file.py": EntryKind.EXECUTABLE,
        "src/app.py": EntryKind.FILE,
        "src/data.bin": EntryKind.FILE,
        "tool.sh": EntryKind.FILE,
    }


async def test_the_order_of_changes_does_not_matter(repository: GitRepository) -> None:
    base = (await repository.snapshot("")).tree
    expected = await repository.overlay(base, CHANGES)
    for order in itertools.islice(itertools.permutations(CHANGES), 0, None, 5):
        assert await repository.overlay(base, order) == expected
    one_by_one = base
    for change in reversed(CHANGES):
        one_by_one = await repository.overlay(one_by_one, (change,))
    assert one_by_one == expected


async def test_nothing_to_change_gives_the_same_tree(repository: GitRepository) -> None:
    base = (await repository.snapshot("")).tree
    assert await repository.overlay(base, ()) == base
    assert await repository.overlay(base, (FileChange(path="README.md", content=b"# Project\n"),)) == base
    assert await repository.overlay(base, (FileChange(path="not/there", content=None),)) == base


async def test_content_is_stored_byte_for_byte(person: Person, repository: GitRepository) -> None:
    # Neither the person's line-ending settings nor attributes of the tree have a say.
    person.git("config", "core.autocrlf", "input")
    content = b"a\r\nb\n$Id$\r\n\x00"
    base = (await repository.snapshot("")).tree
    tree = await repository.overlay(base, (FileChange(path="raw.txt", content=content),))
    commit = await repository.commit(tree, parent=(await repository.snapshot("")).commit, message="raw")
    (entry,) = (entry for entry in (await repository.snapshot(commit)).entries if entry.path == "raw.txt")
    assert await repository.read(entry.blob) == content


async def test_a_file_becomes_a_directory_when_it_is_removed(repository: GitRepository) -> None:
    base = (await repository.snapshot("")).tree
    changes = (FileChange(path="README.md", content=None), FileChange(path="README.md/part.md", content=b"1"))
    forwards = await repository.overlay(base, changes)
    assert forwards == await repository.overlay(base, changes[::-1])
    assert "README.md/part.md" in await kinds(repository, forwards)


@pytest.mark.parametrize(
    ("paths", "rule"),
    [
        (["src"], "directory-there:src"),
        (["README.md/x"], "file-there:README.md/x"),
        (["link/x"], "file-there:link/x"),
        (["a", "a/b"], "directory-there:a"),
        (["a", "a"], "given-twice:a"),
        (["/etc/passwd"], "absolute:/etc/passwd"),
        (["../up"], "climbs-out:../up"),
        (["src/../../up"], "climbs-out:src/../../up"),
        (["src//x"], "bad-name:src//x"),
        (["./x"], "bad-name:./x"),
        ([""], "bad-name:"),
        (["x/"], "bad-name:x/"),
        ([".git/config"], "git-dir:.git/config"),
        (["src/.GIT/hooks/x"], "git-dir:src/.GIT/hooks/x"),
        (["GIT~1/config"], "git-dir:GIT~1/config"),
        ([".g\u200cit/config"], "git-dir:.g\u200cit/config"),
        ([".git./config"], "git-dir:.git./config"),
        ([".git::$INDEX_ALLOCATION/x"], "git-dir:.git::"),
        ([".git\\config"], "git-dir:.git\\config"),
        ([".gitattributes"], "git-meta:.gitattributes"),
        (["src/.GitModules"], "git-meta:src/.GitModules"),
        ([".lfsconfig"], "git-meta:.lfsconfig"),
        (["-rf"], "bad-name:-rf"),
        (["src/--output=x"], "bad-name:src/--output=x"),
        (["a\nb"], "bad-name:a\nb"),
        (["a\0b"], "bad-name:a\0b"),
        (["a\u202eb"], "bad-name:a\u202eb"),
        (["trailing "], "bad-name:trailing "),
        (["x" * 201], "bad-name:xxx"),
        (["\udce9"], r"bad-name:\\udce9"),
    ],
)
async def test_a_path_that_must_not_be_written(repository: GitRepository, paths: list[str], rule: str) -> None:
    base = (await repository.snapshot("")).tree
    with pytest.raises(UserError) as caught:
        await repository.overlay(base, tuple(FileChange(path=path, content=b"x") for path in paths))
    assert rule.replace("\\\\", "\\") in caught.value.problem


async def test_a_submodule_is_not_touched(person: Person, repository: GitRepository) -> None:
    person.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},lib")
    person.git("commit", "-q", "-m", "a submodule")
    snapshot = await repository.snapshot("")
    assert {entry.path: entry.kind for entry in snapshot.entries}["lib"] is EntryKind.SUBMODULE
    for change in (
        FileChange(path="lib", content=b""),
        FileChange(path="lib", content=None),
        FileChange(path="lib/x", content=b""),
    ):
        with pytest.raises(UserError, match=r"submodule:lib|file-there:lib/x"):
            await repository.overlay(snapshot.tree, (change,))
    tree = await repository.overlay(snapshot.tree, (FileChange(path="other", content=b""),))
    assert (await kinds(repository, tree))["lib"] is EntryKind.SUBMODULE


async def test_ordinary_names_are_welcome(repository: GitRepository) -> None:
    names = (
        ".github/workflows/ci.yml",
        ".gitignore",
        "docs/Größe und Maß.md",
        "a b.txt",
        "git~x",
        "[id].tsx",
        "*.md",
        "x:y",
        "日本/語.py",
    )
    base = (await repository.snapshot("")).tree
    tree = await repository.overlay(base, tuple(FileChange(path=name, content=b"x") for name in names))
    assert set(names) < set(await kinds(repository, tree))
