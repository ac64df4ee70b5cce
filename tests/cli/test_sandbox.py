"""`journeyman sandbox`, run as a person runs it."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def journeyman(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "journeyman", "sandbox", *arguments],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", **environment},
    )


def run(workspace: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return journeyman("run", "--workspace", str(workspace), *arguments)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "workspace"
    path.mkdir()
    return path


def test_output_exit_code_and_files_are_the_commands_own(workspace: Path) -> None:
    (workspace / "given").write_text("in")
    ran = run(workspace, "--", "sh", "-c", "cat given; echo err >&2; echo out >made; chmod 755 made; exit 7")
    assert (ran.stdout, ran.returncode) == ("inerr\n", 7)
    assert ran.stderr.startswith("journeyman: exited (with status 7) after ")
    assert (workspace / "made").read_text() == "out\n"
    found = (workspace / "made").stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (os.geteuid(), os.getegid(), 0o755)


def test_json_tells_everything(workspace: Path) -> None:
    ran = run(workspace, "--json", "--timeout-s", "9", "--", "printf", "a\\377")
    told: dict[str, Any] = json.loads(ran.stdout)
    assert (told["ending"], told["exit_status"], told["output"], told["output_base64"]) == ("exited", 0, "a�", "Yf8=")
    assert told["limits"]["wall_time_s"] == 9
    assert told["driver"].startswith("bubblewrap ")
    assert told["network"] == {"allow": [], "requests": []}


@pytest.mark.parametrize(
    ("limits", "script", "code", "ending"),
    [
        (["--timeout-s", "0.5"], "sleep 60", 124, "timed_out"),
        (["--output-mb", "1"], "yes", 120, "output_truncated"),
        (["--pids", "8"], "for n in 1 2 3 4 5 6 7 8 9 10; do sleep 5 & done; wait", 122, "too_many_processes"),
    ],
)
def test_other_endings_have_their_own_codes(
    limits: list[str], script: str, code: int, ending: str, workspace: Path
) -> None:
    ran = run(workspace, *limits, "--", "sh", "-c", script)
    assert (ran.returncode, ran.stderr.split()[1]) == (code, ending)


def test_what_would_harm_the_host_is_mended_and_said(workspace: Path) -> None:
    os.mkfifo(workspace / "own-pipe")
    script = "mkfifo pipe; mkdir d; echo x >d/f; chmod 0 d/f d"
    ran = run(workspace, "--", "sh", "-c", script)
    assert ran.returncode == 0, ran.stderr
    assert sorted(path.name for path in workspace.iterdir()) == ["d", "own-pipe"]
    assert stat.S_IMODE((workspace / "d").stat().st_mode) == 0o700
    assert (workspace / "d/f").read_text() == "x\n"
    assert "'pipe' a pipe: removed" in ran.stderr


def test_what_would_mislead_a_reader_is_said(workspace: Path) -> None:
    script = "ln -s /etc/shadow out; ln -s /work/-x in; touch -- -x; git init -q n; git -C n config alias.st '!evil'"
    ran = run(workspace, "--json", "--", "sh", "-c", script)
    told: dict[str, Any] = json.loads(ran.stdout)
    assert {item["path"] for item in told["mended"]} == {"out", "in", "n/.git/config"}
    assert [item["path"] for item in told["noticed"]] == ["-x"]
    assert "'out' a link to /etc/shadow, outside: removed" in ran.stderr
    assert "'-x' left as it is: a name that a command line reads as an option" in ran.stderr
    assert (workspace / "in").readlink() == Path("-x")


def test_a_file_with_a_name_outside_is_not_written_through(workspace: Path) -> None:
    cached = workspace.parent / "cached"
    cached.write_text("before")
    (workspace / "one").hardlink_to(cached)
    (workspace / "pair").write_text("inside")
    (workspace / "pair2").hardlink_to(workspace / "pair")
    ran = run(workspace, "--", "sh", "-c", "echo after >one; echo both >pair")
    assert (cached.read_text(), (workspace / "one").read_text()) == ("before", "after\n")
    assert (workspace / "pair2").read_text() == "both\n"
    assert "'one' had a second name outside" in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--workspace", "/no/such/place", "--", "true"], "cannot be used"),
        (["--workspace", "/", "--", "true"], "not given to untrusted code"),
        (["--driver", "no-such-driver", "--", "true"], "unknown sandbox scheme"),
        (["--net", "everything", "--", "true"], "Write --net none"),
    ],
)
def test_bad_input_is_said_and_nothing_runs(arguments: list[str], said: str, workspace: Path) -> None:
    ran = journeyman("run", *(arguments if "--workspace" in arguments else ["--workspace", str(workspace), *arguments]))
    assert ran.returncode == 2
    assert said in ran.stderr


@pytest.mark.parametrize("script", ["yes", "seq 100000; touch done"])
def test_a_reader_that_goes_away_ends_the_command_quietly(script: str, workspace: Path) -> None:
    line = f"{sys.executable} -m journeyman sandbox run --workspace {workspace} -- sh -c '{script}'"
    shell = ["bash", "-c", f"{line} | head -n 1; exit ${{PIPESTATUS[0]}}"]
    ran = subprocess.run(shell, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"})
    assert (ran.returncode, ran.stderr) == (130, "")
    assert ran.stdout in {"y\n", "1\n"}


def test_a_missing_command_is_127(workspace: Path) -> None:
    assert run(workspace, "--", "no-such-command").returncode == 127


def test_collect_copies_what_may_be_read_and_says_what_not(workspace: Path, tmp_path: Path) -> None:
    script = (
        "mkdir -p src/deep .git nested/.git; echo 1 >src/deep/a; echo 2 >run; chmod 4755 run; chmod 755 run; "
        "ln -s /etc/passwd link; mkfifo pipe; ln run second; echo >-rf; echo >nested/.git/config; echo >Same; echo >same; "
        "mkdir bare bare/objects bare/refs; echo >bare/HEAD; echo '[core]' >bare/config"
    )
    subprocess.run(["sh", "-c", script], cwd=workspace, check=True)
    (workspace / "second").unlink()
    ran = journeyman("collect", "--workspace", str(workspace), "--into", str(tmp_path / "out"))
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("2 files, 4 bytes in ")
    out = tmp_path / "out"
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()) == ["run", "src/deep/a"]
    assert [stat.S_IMODE((out / name).stat().st_mode) for name in ("run", "src/deep/a")] == [0o755, 0o644]
    for reason in (
        "symlink:link",
        "non-regular:pipe",
        "bad-name:-rf",
        "git-dir:.git",
        "git-dir:nested/.git",
        "case:Same",
        "case:same",
        "bare-repo:bare",
    ):
        assert f"left out  {reason}\n" in ran.stderr


def test_collect_into_a_used_directory_or_the_workspace_itself_is_refused(workspace: Path) -> None:
    (workspace / "file").touch()
    for into in (workspace, workspace / "new", workspace.parent):
        ran = journeyman("collect", "--workspace", str(workspace), "--into", str(into))
        assert ran.returncode == 2, ran.stdout
    assert [path.name for path in workspace.iterdir()] == ["file"]


def test_collect_can_refuse_the_whole(workspace: Path, tmp_path: Path) -> None:
    (workspace / "file").touch()
    (workspace / "link").symlink_to("file")
    ran = journeyman("collect", "--strict", "--workspace", str(workspace), "--into", str(tmp_path / "out"))
    assert ran.returncode == 2
    assert "symlink:link" in ran.stderr
    assert not (tmp_path / "out").exists()


def test_check_says_what_holds() -> None:
    ran = journeyman("check", "--json", "--only", "stdin_arrives")
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert [point["holds"] for point in told["points"]] == [True]
