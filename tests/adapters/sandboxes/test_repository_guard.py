"""Git, run in a person's directory after a command was there, runs nothing that the command left."""

import subprocess
from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.care import cared_for

ATTACKS = {
    "monitor": "printf '[core]\\nfsmonitor = touch ../ran; false\\n' >>.git/config",
    "external diff": "printf '[diff]\\nexternal = touch ../ran; true\\n' >>.git/config",
    "hooks path": "printf '[core]\\nhooksPath = evil\\n' >>.git/config; mkdir evil; H=evil/pre-commit; "
    "printf '#!/bin/sh\\ntouch ../ran' >$H; chmod 755 $H; cp $H evil/post-index-change",
    "hook": "printf '#!/bin/sh\\ntouch ../ran' >.git/hooks/pre-commit; chmod 755 .git/hooks/pre-commit",
    "hook through a link": "rm -rf .git/hooks; mkdir h; printf '#!/bin/sh\\ntouch ../ran' >h/pre-commit; "
    "chmod 755 h/pre-commit; ln -s ../h .git/hooks",
    "config through a link": "printf '[core]\\nfsmonitor = touch ../ran; false\\nrepositoryformatversion = 0\\n' >c; "
    "rm .git/config; ln -s ../c .git/config",
    "another repository": "mv .git own; git init -q .; printf '[core]\\nfsmonitor = touch ../ran; false\\n' >>.git/config",
    "a pointer": "mv .git own; cp -r own evil; printf '[core]\\nfsmonitor = touch ../ran; false\\n' >>evil/config; "
    "echo 'gitdir: evil' >.git",
    "a link": "mv .git own; cp -r own evil; printf '[core]\\nfsmonitor = touch ../ran; false\\n' >>evil/config; "
    "ln -s evil .git",
    "filter": "echo '* filter=x' >.git/info/attributes; printf '[filter \"x\"]\\nclean = touch ../ran; cat\\n' >>.git/config",
    "worktree config": "printf '[extensions]\\nworktreeConfig = true\\n' >>.git/config; "
    "printf '[core]\\nfsmonitor = touch ../ran; false\\n' >.git/config.worktree",
}


def git(workspace: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=workspace, capture_output=True, env={"PATH": "/usr/bin:/bin", "HOME": "/x"})


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "project"
    path.mkdir()
    git(path, "init", "-q", ".")
    for name, value in (("user.name", "a"), ("user.email", "a@b")):
        git(path, "config", name, value)
    (path / "file").write_text("x")
    git(path, "add", "file")
    git(path, "commit", "-qm", "first")
    return path


def use(workspace: Path) -> bool:
    """Do what people do, and say whether anything ran."""
    (workspace / "file").write_text("changed")
    for arguments in (("status",), ("diff",), ("add", "file"), ("commit", "-qm", "next"), ("log", "-1")):
        git(workspace, *arguments)
    return (workspace.parent / "ran").exists()


@pytest.mark.parametrize("name", ATTACKS)
def test_git_runs_nothing_that_was_left(name: str, workspace: Path) -> None:
    (workspace / ".git/hooks").mkdir(exist_ok=True)
    with cared_for(workspace) as care:
        subprocess.run(["sh", "-ec", ATTACKS[name]], cwd=workspace, check=True)
    assert not use(workspace)
    assert any(item.path.startswith(".git") for item in care.mended)
    log = subprocess.run(["git", "log", "--oneline"], cwd=workspace, capture_output=True, text=True)
    assert "first" in log.stdout


@pytest.mark.parametrize("name", ATTACKS)
def test_each_attack_bites_without_the_guard(name: str, workspace: Path) -> None:
    (workspace / ".git/hooks").mkdir(exist_ok=True)
    subprocess.run(["sh", "-ec", ATTACKS[name]], cwd=workspace, check=True)
    assert use(workspace)


def test_a_commit_made_by_the_command_stays(workspace: Path) -> None:
    with cared_for(workspace) as care:
        (workspace / "file").write_text("more")
        git(workspace, "commit", "-qam", "second")
    assert care.mended == []
    log = subprocess.run(["git", "log", "--oneline"], cwd=workspace, capture_output=True, text=True)
    assert "second" in log.stdout


def test_a_pointer_file_is_put_back(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /elsewhere\n")
    with cared_for(tmp_path) as care:
        (tmp_path / ".git").write_text("gitdir: evil\n")
    assert (tmp_path / ".git").read_text() == "gitdir: /elsewhere\n"
    assert [item.path for item in care.mended] == [".git"]


def test_a_new_repository_stays(tmp_path: Path) -> None:
    with cared_for(tmp_path) as care:
        git(tmp_path, "init", "-q", ".")
    assert care.mended == []
