"""Whatever a hostile command leaves: what comes along is plain files with plain names, and the rest is said."""

import os
import shutil
import socket
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from journeyman.domain.errors import UnsafeTreeError, UserError
from journeyman.repository.copy_out import copy_out
from journeyman.repository.walk import Limits


@pytest.fixture
def left(tmp_path: Path) -> Path:
    path = tmp_path / "left"
    path.mkdir()
    (path / "good").write_text("good")
    return path


def copied(left: Path, limits: Limits | None = None) -> tuple[list[str], tuple[str, ...]]:
    into = left.parent / "copy"
    result = copy_out(left, into, limits=limits or Limits(problems=1000))
    names = sorted(str(path.relative_to(into)) for path in into.rglob("*") if not path.is_dir())
    for path in into.rglob("*"):
        found = path.lstat()
        assert stat.S_ISDIR(found.st_mode) or stat.S_ISREG(found.st_mode), path
        assert stat.S_IMODE(found.st_mode) in {0o644, 0o755}, path
        assert stat.S_ISDIR(found.st_mode) or found.st_nlink == 1, path
    return names, result.left_out


@dataclass(frozen=True)
class Trap:
    name: str
    script: str
    left_out: tuple[str, ...]
    comes: tuple[str, ...] = ()


TRAPS = [
    # git would obey what it finds in any of these
    Trap("a-repository", "git init -q .; printf '[core]\\nfsmonitor=./x\\n' >>.git/config", ("git-dir:.git",)),
    Trap("a-nested-repository", "mkdir -p a/.git; echo '[core]' >a/.git/config", ("git-dir:a/.git",)),
    Trap("a-gitfile", "echo 'gitdir: /somewhere' >.git", ("git-dir:.git", "gitfile:.git")),
    Trap("a-nested-gitfile", "mkdir a; echo 'gitdir: ..' >a/.git", ("git-dir:a/.git",)),
    Trap("a-link-called-git", "ln -s /tmp .git", ("git-dir:.git", "gitfile:.git")),
    Trap("another-case", "mkdir a; echo >a/.GIT", ("git-dir:a/.GIT",)),
    Trap("a-short-name", "mkdir a; echo >'a/git~1'", ("git-dir:a/git~1",)),
    Trap("an-invisible-letter", "mkdir a; echo >\"$(printf 'a/.g\\342\\200\\214it')\"", ("git-dir:a/.g\u200cit",)),
    Trap("a-trailing-dot", "mkdir a; echo >a/.git.", ("git-dir:a/.git.",)),
    Trap("an-alternate-stream", "mkdir a; echo >'a/.git::$INDEX_ALLOCATION'", ("git-dir:a/.git::$INDEX_ALLOCATION",)),
    Trap("attributes", "echo '* filter=x' >.gitattributes", ("git-meta:.gitattributes",)),
    Trap("modules", "echo >.gitmodules; echo >.lfsconfig", ("git-meta:.gitmodules", "git-meta:.lfsconfig")),
    Trap("a-bare-repository", "mkdir -p b/objects b/refs; echo >b/HEAD; echo >b/config", ("bare-repo:b",)),
    Trap("a-bare-repository-here", "mkdir objects refs; echo >HEAD; rm good", ("bare-repo:.",)),
    # what a reader follows, waits for or runs
    Trap("a-link-to-a-secret", "ln -s /etc/passwd l", ("symlink:l",)),
    Trap("a-link-to-a-directory", "ln -s / l; ln -s .. up", ("symlink:l", "symlink:up")),
    Trap("a-link-to-itself", "ln -s l l", ("symlink:l",)),
    Trap("a-pipe", "mkfifo p", ("non-regular:p",)),
    Trap("a-pipe-deep-down", "mkdir -p a/b; mkfifo a/b/p", ("non-regular:a/b/p",)),
    Trap("a-second-name", "ln good twin", ("hardlink:good", "hardlink:twin")),
    Trap("an-option", "echo >-rf; echo >--checkpoint=1", ("bad-name:--checkpoint=1", "bad-name:-rf")),
    Trap("a-line-end", "echo >\"$(printf 'a\\nb')\"", ("bad-name:a\nb",)),
    Trap("a-terminal-sequence", "echo >\"$(printf 'a\\033[2J')\"", ("bad-name:a\x1b[2J",)),
    Trap("bytes-that-are-no-text", "echo >\"$(printf 'a\\377')\"", ("bad-name:a\udcff",)),
    Trap("blanks-around", "echo >' a'; echo >'b '", ("bad-name: a", "bad-name:b ")),
    Trap("a-backslash", "echo >'a\\b'", ("bad-name:a\\b",)),
    Trap("text-that-runs-backwards", "echo >\"$(printf 'a\\342\\200\\256b')\"", ("bad-name:a\u202eb",)),
    Trap("two-of-one-name", "echo >A; echo >a; echo >b", ("case:A", "case:a"), ("b",)),
    Trap("two-directories-of-one-name", "mkdir D d; echo >D/x; echo >d/y", ("case:D/x", "case:d/y")),
    Trap("two-forms-of-one-letter", "echo >\"$(printf '\\303\\251')\"; echo >\"$(printf 'e\\314\\201')\"",
         ("case:e\u0301", "case:\u00e9")),
    Trap("a-sparse-giant", "truncate -s 1T giant", ("too-large:giant",)),
    Trap("a-large-file", "head -c 17000000 /dev/zero >large", ("too-large:large",)),
    Trap("rights-to-raise-rights", "cp good tool; chmod 6755 tool", (), ("tool",)),
    Trap("strange-modes", "cp good a; chmod 1777 a; cp good b; chmod 066 b; mkdir c; chmod 1777 c", (), ("a", "b")),
    Trap("a-name-too-long", "mkdir a; echo >a/$(head -c 240 /dev/zero | tr '\\0' n)", ("bad-name:a/" + "n" * 240,)),
]  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_no_trap_comes_along(trap: Trap, left: Path) -> None:
    subprocess.run(["sh", "-ec", trap.script], cwd=left, check=True, env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"})
    names, left_out = copied(left)
    good = [] if not (left / "good").exists() or "hardlink:good" in trap.left_out else ["good"]
    assert sorted(left_out) == sorted(trap.left_out)
    assert names == sorted([*good, *trap.comes])


def test_a_socket_stays_behind(left: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(left / "s"))
        assert copied(left) == (["good"], ("non-regular:s",))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a device")
def test_a_device_stays_behind(left: Path) -> None:
    os.mknod(left / "null", 0o020666, os.makedev(1, 3))
    os.mknod(left / "whiteout", 0o020000, os.makedev(0, 0))
    assert copied(left) == (["good"], ("non-regular:null", "non-regular:whiteout"))


def test_a_bottomless_tree_is_left_where_it_is(left: Path) -> None:
    here = os.open(left, os.O_RDONLY)
    for _ in range(2000):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    names, left_out = copied(left)
    assert names == ["good"]
    assert [reason.partition(":")[0] for reason in left_out] == ["too-deep"]
    subprocess.run(["rm", "-rf", str(left)], check=True)


def test_a_crowd_is_counted_and_no_more(left: Path) -> None:
    (left / "crowd").mkdir()
    for number in range(300):
        (left / "crowd" / str(number)).touch()
    names, left_out = copied(left, Limits(new_entries=100, problems=1000))
    assert names == ["good"]
    assert left_out == ("too-many:crowd",)


def test_all_together_have_a_size(left: Path) -> None:
    for number in range(10):
        (left / f"part{number}").write_bytes(bytes(1000))
    names, left_out = copied(left, Limits(total_bytes=5000, problems=1000))
    assert "too-large:." in left_out
    assert sum((left.parent / "copy" / name).stat().st_size for name in names) <= 5000


def test_time_is_limited_too(left: Path) -> None:
    (left / "d").mkdir()
    (left / "d/file").touch()
    _, left_out = copied(left, Limits(time_s=0.0, problems=1000))
    assert left_out == ("too-long:.",)


def test_a_directory_exchanged_for_a_link_meanwhile_is_not_followed(left: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/file").write_text("secret")
    (left / "d").mkdir()
    (left / "d/file").write_text("mine")
    swap = "import os,sys\nwhile True:\n  os.rename('d','e'); os.symlink(sys.argv[1],'d'); os.unlink('d'); os.rename('e','d')"
    attacker = subprocess.Popen([sys.executable, "-c", swap, str(tmp_path / "secret")], cwd=left)
    try:
        deadline = time.monotonic() + 2
        while time.monotonic() < deadline:
            copied(left)
            for path in (tmp_path / "copy").rglob("file"):
                assert path.read_text() == "mine"
            shutil.rmtree(tmp_path / "copy")
    finally:
        attacker.kill()
        attacker.wait()


def test_a_closed_directory_is_said(left: Path) -> None:
    (left / "closed").mkdir()
    (left / "closed/file").touch()
    (left / "closed").chmod(0)
    names, left_out = copied(left)
    (left / "closed").chmod(0o700)
    assert (names, left_out) == (
        (["closed/file", "good"], ()) if os.geteuid() == 0 else (["good"], ("unreadable:closed",))
    )


def test_strict_copies_everything_or_nothing(left: Path, tmp_path: Path) -> None:
    (left / "link").symlink_to("good")
    with pytest.raises(UnsafeTreeError):
        copy_out(left, tmp_path / "copy", strict=True)
    assert not (tmp_path / "copy").exists()
    (left / "link").unlink()
    assert copy_out(left, tmp_path / "copy", strict=True).files == 1


def test_the_copy_goes_to_an_empty_directory_outside(left: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "file").touch()
    (tmp_path / "used").mkdir()
    (tmp_path / "used/x").touch()
    for into in (left, left / "copy", tmp_path / "link", tmp_path / "file", tmp_path / "used"):
        with pytest.raises(UserError):
            copy_out(left, into)
    with pytest.raises(UserError):
        copy_out(tmp_path / "nowhere", tmp_path / "copy")
