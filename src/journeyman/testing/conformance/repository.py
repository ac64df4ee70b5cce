"""What every repository must do. Subclass it in a test module that has an async fixture `repository`.

The fixture returns a fresh repository with one commit on `main` that holds exactly `FILES`.
"""

import os
from pathlib import Path

import pytest

from journeyman.domain.candidate import FileChange
from journeyman.domain.errors import UnsafeTreeError, UserError
from journeyman.domain.snapshot import EntryKind
from journeyman.ports.repository import Repository

FILES = {"README.md": b"# Project\n", "src/app.py": b"def answer():\n    return 42\n", "src/data.bin": b"\0\1\2\r\n"}
UNSAFE = ["", "/etc/passwd", "../up", "a/../../up", ".git/config", "a/.GIT/x", ".gitattributes", "-n", "a\nb"]
UNSAFE += ["README.md/x"]  # a file of the tree is in the way
CHANGES = (
    FileChange(path="README.md", content=None),
    FileChange(path="new/tool.sh", content=b"#!/bin/sh\n", executable=True),
    FileChange(path="src/app.py", content=b"def answer():\n    return 43\n"),
)


async def contents(repository: Repository, ref: str) -> dict[str, bytes]:
    """Return every file of a commit."""
    entries = (await repository.snapshot(ref)).entries
    read = await repository.read_many(tuple(entry.blob for entry in entries))
    return {entry.path: content for entry, content in zip(entries, read, strict=True)}


class RepositoryConformance:
    """The promises of `ports.repository.Repository`, each as a test that takes the fixture `repository`."""

    async def test_a_snapshot_is_the_commit_under_a_name(self, repository: Repository) -> None:
        """An empty name is what is checked out; entries are sorted and have sizes."""
        snapshot = await repository.snapshot("")
        assert snapshot == await repository.snapshot("main")
        assert (snapshot.ref, (await repository.snapshot(snapshot.commit)).ref) == ("main", snapshot.commit)
        assert [(entry.path, entry.size_bytes) for entry in snapshot.entries] == [
            (path, len(content)) for path, content in sorted(FILES.items())
        ]
        assert await contents(repository, "main") == FILES
        assert await repository.read(snapshot.entries[0].blob) == FILES["README.md"]

    @pytest.mark.parametrize("ref", ["nothing", "--all", "0" * 40])
    async def test_an_unknown_name_is_the_callers_error(self, repository: Repository, ref: str) -> None:
        """A name that is not there, or could be an option, resolves to nothing."""
        with pytest.raises(UserError):
            await repository.snapshot(ref)

    async def test_an_overlay_adds_edits_and_removes(self, repository: Repository) -> None:
        """The result is the tree with exactly these changes, and a commit of it can be read."""
        base = await repository.snapshot("")
        tree = await repository.overlay(base.tree, CHANGES)
        commit = await repository.commit(tree, parent=base.commit, message="Change things")
        snapshot = await repository.snapshot(commit)
        assert snapshot.tree == tree
        assert {entry.path: entry.kind for entry in snapshot.entries} == {
            "new/tool.sh": EntryKind.EXECUTABLE,
            "src/app.py": EntryKind.FILE,
            "src/data.bin": EntryKind.FILE,
        }
        assert await repository.overlay(base.tree, CHANGES[::-1]) == tree
        assert await repository.overlay(base.tree, ()) == base.tree

    @pytest.mark.parametrize("path", UNSAFE)
    async def test_an_unsafe_path_is_refused(self, repository: Repository, path: str) -> None:
        """Nothing outside, nothing of git's, nothing that could be misread."""
        base = await repository.snapshot("")
        with pytest.raises(UserError):
            await repository.overlay(base.tree, (FileChange(path=path, content=b"x"),))

    async def test_a_checkout_holds_the_bytes_and_modes(self, repository: Repository, tmp_path: Path) -> None:
        """Every byte is kept, files are 0644 or 0755, and there is no git metadata."""
        tree = await repository.overlay((await repository.snapshot("")).tree, CHANGES)
        out = tmp_path / "out"
        await repository.checkout(tree, out)
        found = {str(path.relative_to(out)): path for path in out.rglob("*") if path.is_file()}
        assert {name: (path.read_bytes(), path.stat().st_mode & 0o777) for name, path in found.items()} == {
            "new/tool.sh": (b"#!/bin/sh\n", 0o755),
            "src/app.py": (b"def answer():\n    return 43\n", 0o644),
            "src/data.bin": (FILES["src/data.bin"], 0o644),
        }
        with pytest.raises(UserError):
            await repository.checkout(tree, out)

    async def test_a_workspace_is_read_back(self, repository: Repository, tmp_path: Path) -> None:
        """Collecting returns what was done to a checkout; a `.git` directory at its root is nobody's business."""
        tree = (await repository.snapshot("")).tree
        await repository.checkout(tree, tmp_path / "out")
        assert await repository.collect(tree, tmp_path / "out") == ()
        _apply(tmp_path / "out", CHANGES)
        (tmp_path / "out/.git").mkdir()
        (tmp_path / "out/.git/config").write_text("[core]\n")
        (tmp_path / "out/src/__pycache__").mkdir()
        (tmp_path / "out/src/__pycache__/app.pyc").write_text("")
        assert await repository.collect(tree, tmp_path / "out") == CHANGES

    async def test_what_must_not_be_read_is_named(self, repository: Repository, tmp_path: Path) -> None:
        """Symlinks, pipes, second names, git metadata and odd names are refused, all at once."""
        tree = (await repository.snapshot("")).tree
        out = tmp_path / "out"
        await repository.checkout(tree, out)
        (out / "link").symlink_to("/etc/passwd")
        os.mkfifo(out / "pipe")
        (out / "lib/.git").mkdir(parents=True)
        (out / ".gitattributes").write_text("* -diff\n")
        (out / "-n").write_text("")
        (tmp_path / "secret").write_text("")
        os.link(tmp_path / "secret", out / "hard")
        with pytest.raises(UnsafeTreeError) as caught:
            await repository.collect(tree, out)
        assert caught.value.reasons == (
            "bad-name:-n",
            "git-dir:lib/.git",
            "git-meta:.gitattributes",
            "hardlink:hard",
            "non-regular:pipe",
            "symlink:link",
        )

    async def test_a_diff_shows_every_change(self, repository: Repository) -> None:
        """Removed and added lines are there; binary content is named; equal trees have no diff."""
        base = (await repository.snapshot("")).tree
        tree = await repository.overlay(base, (*CHANGES, FileChange(path="src/data.bin", content=b"\0\2")))
        text = await repository.diff(base, tree)
        for line in ("--- a/README.md\n", "+++ b/new/tool.sh\n", "-    return 42\n+    return 43\n"):
            assert line in text
        assert "Binary files a/src/data.bin and b/src/data.bin differ\n" in text
        assert await repository.diff(tree, tree) == ""

    async def test_a_commit_follows_from_its_inputs(self, repository: Repository) -> None:
        """The same inputs give the same id; another message gives another."""
        base = await repository.snapshot("")
        tree = await repository.overlay(base.tree, CHANGES)
        first = await repository.commit(tree, parent=base.commit, message="One")
        assert await repository.commit(tree, parent=base.commit, message="One") == first
        assert await repository.commit(tree, parent=base.commit, message="Two") != first
        with pytest.raises(UserError):
            await repository.commit(tree, parent=base.commit, message=" ")

    async def test_a_branch_is_made_once_and_never_moved(self, repository: Repository) -> None:
        """Publishing again changes nothing, and a branch that points elsewhere stays."""
        base = await repository.snapshot("")
        first = await repository.commit(base.tree, parent=base.commit, message="One")
        second = await repository.commit(base.tree, parent=base.commit, message="Two")
        assert await repository.publish(first, "journeyman/one") is True
        assert await repository.publish(first, "journeyman/one") is False
        with pytest.raises(UserError):
            await repository.publish(second, "journeyman/one")
        with pytest.raises(UserError):
            await repository.publish(first, "--force")
        assert (await repository.snapshot("journeyman/one")).commit == first
        assert await repository.snapshot("") == base


def _apply(root: Path, changes: tuple[FileChange, ...]) -> None:
    for change in changes:
        target = root / change.path
        if change.content is None:
            target.unlink()
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(change.content)
            target.chmod(0o755 if change.executable else 0o644)
