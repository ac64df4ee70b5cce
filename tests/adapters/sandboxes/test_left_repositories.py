"""Git runs nothing in any repository that a command made or changed, wherever in a directory it lies."""

import subprocess
from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.care import cared_for

_CONFIG = (
    "printf '[core]\\nrepositoryformatversion = 0\\nbare = false\\nfsmonitor = touch %s/../ran; false\\n' \"$TOP\""
)
_HOOK = "printf '#!/bin/sh\\ntouch %s/../ran' \"$TOP\""
_SPLIT = "echo 'ref: refs/heads/main' >w/.git/HEAD; echo ../../c >w/.git/commondir"
_BARE = "mkdir -p b/objects b/refs b/tree; echo 'ref: refs/heads/main' >b/HEAD"
ATTACKS = {
    "new": (f"git init -q .; {_CONFIG} >.git/config", "."),
    "new hook": (f"git init -q .; {_HOOK} >.git/hooks/post-index-change; chmod 755 .git/hooks/post-index-change", "."),
    "new hooks through a link": (
        f"git init -q .; rm -r .git/hooks; mkdir h; {_HOOK} >h/post-index-change; chmod 755 h/*; ln -s ../h .git/hooks",
        ".",
    ),
    "nested": (f"git init -q n; {_CONFIG} >n/.git/config", "n"),
    "bare": (f"{_BARE}; {_CONFIG} >b/config; printf '[core]\\nworktree = tree\\n' >>b/config", "b"),
    "pointer": (f"{_BARE}; {_CONFIG} >b/config; mkdir p; echo 'gitdir: ../b' >p/.git", "p"),
    "common": (
        f"mkdir -p c/objects c/refs w/.git; {_CONFIG} >c/config; {_SPLIT}",
        "w",
    ),
    "include": (f"git init -q .; {_CONFIG} >evil; printf '[include]\\npath = ../evil\\n' >>.git/config", "."),
    "worktree config": (
        f"git init -q .; printf '[extensions]\\nworktreeConfig = true\\n' >>.git/config; {_CONFIG} >.git/config.worktree",
        ".",
    ),
    "config through a link": (f"git init -q n; {_CONFIG} >evil; ln -sf ../../evil n/.git/config", "n"),
    "changed nested": (f"{_CONFIG} >vendored/.git/config", "vendored"),
    "changed nested hook": (f"{_HOOK} >vendored/.git/hooks/post-index-change", "vendored"),
}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "project"
    subprocess.run(["git", "init", "-q", path / "vendored"], check=True)
    hook = path / "vendored/.git/hooks/post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    hook.chmod(0o755)
    return path


def attack(workspace: Path, name: str) -> None:
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/x", "TOP": str(workspace)}
    subprocess.run(["sh", "-ec", ATTACKS[name][0]], cwd=workspace, check=True, env=environment)


def use(workspace: Path, name: str) -> bool:
    """Do what people do, and say whether anything ran."""
    place = workspace / ATTACKS[name][1]
    (place / "file").write_text("new")
    for arguments in (["status"], ["add", "file"], ["status"]):
        environment = {"PATH": "/usr/bin:/bin", "HOME": "/x"}
        subprocess.run(["git", *arguments], cwd=place, capture_output=True, env=environment, check=False)
    return (workspace.parent / "ran").exists()


@pytest.mark.parametrize("name", ATTACKS)
def test_git_runs_nothing_that_was_left(name: str, workspace: Path) -> None:
    with cared_for(workspace) as care:
        attack(workspace, name)
    assert not use(workspace, name)
    assert care.mended


@pytest.mark.parametrize("name", ATTACKS)
def test_each_attack_bites_without_care(name: str, workspace: Path) -> None:
    attack(workspace, name)
    assert use(workspace, name)


def test_an_honest_repository_stays_as_the_command_left_it(workspace: Path) -> None:
    script = (
        "git init -q n; cd n; git config user.name a; git config user.email a@b; echo x >f; git add f; git commit -qm x; "
        "git worktree add -q ../tree; git remote add origin https://example.org/a.git; git checkout -qb feature"
    )
    with cared_for(workspace):
        subprocess.run(["sh", "-ec", script], cwd=workspace, check=True, env={"PATH": "/usr/bin:/bin", "HOME": "/x"})
    for place in ("n", "tree"):
        done = subprocess.run(["git", "log", "--format=%s"], cwd=workspace / place, capture_output=True, text=True)
        assert done.stdout == "x\n", done.stderr


def test_what_was_there_before_is_put_back(workspace: Path) -> None:
    config = workspace / "vendored/.git/config"
    config.write_text(config.read_text() + "[alias]\n\tst = status\n")
    before = config.read_text()
    with cared_for(workspace) as care:
        config.write_text("[core]\n\tpager = evil\n")
    assert config.read_text() == before
    assert [item.path for item in care.mended] == ["vendored/.git/config"]


def test_a_pointer_out_of_the_directory_is_removed(workspace: Path) -> None:
    subprocess.run(["git", "init", "-q", workspace.parent / "other"], check=True)
    with cared_for(workspace) as care:
        (workspace / ".git").write_text(f"gitdir: {workspace.parent}/other/.git\n")
    assert not (workspace / ".git").exists()
    assert [item.path for item in care.mended] == [".git"]
