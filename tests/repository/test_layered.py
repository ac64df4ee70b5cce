"""Workspaces over a shared base: what is read back is what a checkout would have said, and the base stays as it is."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.repository.conftest import Person

from journeyman.adapters.sandboxes.bubblewrap import BubblewrapSandbox, open_sandbox
from journeyman.domain.candidate import FileChange
from journeyman.domain.command import Command, CommandResult, Ending, Mount
from journeyman.domain.errors import UnsafeTreeError, UserError
from journeyman.domain.snapshot import Snapshot
from journeyman.repository import GitRepository, shared_checkouts
from journeyman.repository.layered import Workspace, open_workspace
from journeyman.settings import load_settings
from journeyman.testing.sandboxes import FakeSandbox

NOBODY_RUNS = FakeSandbox(lambda _: CommandResult(ending=Ending.EXITED, exit_status=0, output=b""))


@pytest.fixture
async def sandbox() -> AsyncIterator[BubblewrapSandbox]:
    async with open_sandbox("", load_settings(environment={})) as opened:
        if not await opened.layers():
            pytest.skip("no overlay can be mounted here")
        yield opened


@pytest.fixture
async def snapshot(repository: GitRepository, person: Person) -> Snapshot:
    for path in ("pkg/a.py", "pkg/deep/b.py", "pkg/deep/c.py", "git/objects/o", "git/refs/r", "mixed/Name"):
        person.write(path, path)
    return await repository.snapshot(person.commit())


async def outcome(workspace: Workspace) -> tuple[FileChange, ...] | tuple[str, ...]:
    try:
        return await workspace.changes()
    except UnsafeTreeError as error:
        return error.reasons


SCRIPTS = {
    "nothing": "true",
    "edits": "echo new >>pkg/a.py; echo x >pkg/new.py; chmod +x pkg/deep/b.py; rm README.md link",
    "touch": "touch pkg/a.py; chmod 600 pkg/deep/b.py; cat pkg/a.py >y; mv y pkg/a.py",
    "directory removed": "rm -r pkg",
    "directory made anew": "rm -r pkg/deep && mkdir pkg/deep && echo z >pkg/deep/b.py",
    "directory becomes file": "rm -r pkg/deep && echo z >pkg/deep",
    "file becomes directory": "rm pkg/a.py && mkdir pkg/a.py && echo z >pkg/a.py/x",
    "directory moved": "mv pkg moved",
    "removed and back": "cp pkg/a.py /tmp/k; rm pkg/a.py; cat /tmp/k >pkg/a.py",
    "litter": "mkdir -p pkg/__pycache__ .pytest_cache; echo x >pkg/__pycache__/a.pyc; echo x >.pytest_cache/y",
    "symlink": "ln -s /etc/passwd pkg/passwd; ln -sf ../../.. link",
    "symlinked directory": "rm -r pkg/deep; ln -s /etc pkg/deep",
    "hard link": "ln pkg/a.py pkg/second; ln README.md third",
    "fifo": "mkfifo pkg/pipe",
    "socket": "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"s\")' || mkfifo s",
    "git": "mkdir -p pkg/.git; echo x >pkg/.git/config; echo y >.gitattributes",
    "root git": "mkdir -p .git/hooks; echo x >.git/config",
    "gitfile": "echo 'gitdir: /x' >.git",
    "bare": "mkdir -p b/objects b/refs; echo ref: x >b/HEAD",
    "bare over the base": "echo ref: x >git/HEAD",
    "half a bare": "rm -r git/refs; mkdir git/refs; echo ref: x >git/HEAD",
    "case": "echo x >mixed/name; mkdir PKG; echo x >PKG/q",
    "odd names": "printf x >\"$(printf 'a\\nb')\"; printf x >-rf; printf x >' '",
    "unreadable": "echo x >closed; chmod 0 closed; mkdir shut; echo y >shut/y; chmod 0 shut pkg",
    "file becomes empty directory": "rm pkg/a.py && mkdir pkg/a.py",
    "attributes": "setfattr -n user.overlay.opaque -v y pkg 2>/dev/null; mkdir q; echo x >q/x",
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
async def test_a_layer_says_what_a_checkout_says(
    script: str, repository: GitRepository, snapshot: Snapshot, sandbox: BubblewrapSandbox, tmp_path: Path
) -> None:
    found = []
    for kind in (sandbox, NOBODY_RUNS):
        async with open_workspace(repository, kind, snapshot.tree, tmp_path / "scratch") as workspace:
            assert (workspace.base is None) is (kind is NOBODY_RUNS)
            result = await sandbox.run(workspace.over(Command(argv=("sh", "-c", script), workspace=tmp_path)))
            assert result.ending is Ending.EXITED, result
            found.append(await outcome(workspace))
    assert found[0] == found[1]
    assert list((tmp_path / "scratch").iterdir()) == []
    async with repository.base(snapshot.tree) as base:
        assert await repository.collect(snapshot.tree, base) == ()


async def test_later_commands_see_what_earlier_ones_left(
    repository: GitRepository, snapshot: Snapshot, sandbox: BubblewrapSandbox, tmp_path: Path
) -> None:
    async with open_workspace(repository, sandbox, snapshot.tree, tmp_path / "scratch") as workspace:
        first = workspace.over(Command(argv=("sh", "-c", "echo 1 >>pkg/a.py; rm README.md"), workspace=tmp_path))
        await sandbox.run(first)
        async with sandbox.warm(first) as warm:
            await warm.run(first)
            look = workspace.over(Command(argv=("sh", "-c", "cat pkg/a.py; ls README.md"), workspace=tmp_path))
            result = await warm.run(look)
        assert result.output.startswith(b"pkg/a.py1\n1\n")
        assert b"No such file" in result.output
        assert {change.path for change in await workspace.changes()} == {"README.md", "pkg/a.py"}


async def test_nothing_can_be_said_to_be_gone_that_was_not_removed(
    repository: GitRepository, snapshot: Snapshot, sandbox: BubblewrapSandbox, tmp_path: Path
) -> None:
    script = (
        "mknod pkg/w c 0 0 && echo made; mv pkg/a.py /tmp/a && mknod pkg/a.py c 0 0 && echo made; mv /tmp/a pkg/a.py"
    )
    async with open_workspace(repository, sandbox, snapshot.tree, tmp_path / "scratch") as workspace:
        result = await sandbox.run(workspace.over(Command(argv=("sh", "-c", script), workspace=tmp_path)))
        assert b"made" not in result.output
        assert await workspace.changes() == ()


async def test_workspaces_over_one_base_do_not_meet(
    repository: GitRepository, snapshot: Snapshot, sandbox: BubblewrapSandbox, tmp_path: Path
) -> None:
    script = "echo $1 >>pkg/a.py; until [ -e /work/go ] || [ $((i=i+1)) -gt 20 ]; do sleep 0.01; done; cat pkg/a.py"

    async def one(name: str) -> bytes:
        async with open_workspace(repository, sandbox, snapshot.tree, tmp_path / "scratch") as workspace:
            command = Command(argv=("sh", "-c", script, "sh", name), workspace=tmp_path)
            return (await sandbox.run(workspace.over(command))).output

    assert await asyncio.gather(*map(one, "abcd")) == [b"pkg/a.py%s\n" % name for name in (b"a", b"b", b"c", b"d")]


async def test_nothing_of_a_layer_is_mounted_or_reached_from_inside(
    repository: GitRepository, snapshot: Snapshot, sandbox: BubblewrapSandbox, tmp_path: Path
) -> None:
    mounts = Path("/proc/self/mounts").read_text()
    script = "ls -a /work /work/..; ls /work/upper /work/work; echo; : >/work/pkg/a.py; stat -c %U /work/pkg"
    async with open_workspace(repository, sandbox, snapshot.tree, tmp_path / "scratch") as workspace:
        result = await sandbox.run(workspace.over(Command(argv=("sh", "-c", script), workspace=tmp_path)))
        assert workspace.base is not None
        assert (workspace.base / "pkg/a.py").read_text() == "pkg/a.py"
    assert result.output.endswith(b"\nagent\n"), result
    assert result.output.count(b"No such file") == 2
    assert [line for line in Path("/proc/self/mounts").read_text().splitlines() if str(tmp_path) in line] == []
    assert mounts


async def test_a_base_is_made_once_and_no_sandbox_can_write_to_it(
    repository: GitRepository, snapshot: Snapshot, sandbox: BubblewrapSandbox, tmp_path: Path
) -> None:
    async with repository.base(snapshot.tree) as first:
        made = first.stat()
        assert not stat.S_IMODE(first.parent.stat().st_mode) & 0o077
    async with repository.base(snapshot.tree) as again, repository.base(snapshot.tree) as third:
        assert os.path.samestat(again.stat(), made)
        assert third == again
        command = Command(
            argv=("sh", "-c", "echo x >/opt/base/pkg/a.py; echo y >pkg/a.py; rm -rf /opt/base /work/*"),
            workspace=again,
            workspace_writable=False,
            mounts=(Mount(source=again, target="/opt/base"),),
        )
        await sandbox.run(command)
        assert await repository.collect(snapshot.tree, again) == ()


async def test_bases_that_are_not_used_give_way(
    repository: GitRepository, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_checkouts, "KEPT", 2)
    trees = []
    for number in range(5):
        person.write("n", str(number))
        trees.append((await repository.snapshot(person.commit())).tree)
    async with repository.base(trees[0]) as kept:
        for number, tree in enumerate(trees[1:], 1):
            async with repository.base(tree) as base:
                os.utime(base.with_name(f"{tree}.lock"), (number, number))
        assert (kept / "n").read_text() == "0"
        shelf = kept.parent
    standing = {place.name for place in shelf.iterdir() if place.is_dir()}
    assert trees[0] in standing
    assert trees[4] in standing
    assert len(standing) <= 3
    async with repository.base(trees[1]) as made_again:
        assert (made_again / "n").read_text() == "1"


async def test_a_lock_that_another_process_removes_at_the_same_time_is_passed_over(
    repository: GitRepository, person: Person, snapshot: Snapshot
) -> None:
    async with repository.base(snapshot.tree) as base:
        shelf = base.parent
    for number in range(shared_checkouts.KEPT + 3):  # listed, and gone when they are opened
        (shelf / f"{number:040}.lock").symlink_to(shelf / "removed-meanwhile")
    person.write("n", "1")
    async with repository.base((await repository.snapshot(person.commit())).tree) as base:
        assert (base / "n").read_text() == "1"


async def test_many_ask_for_one_base_at_once(repository: GitRepository, snapshot: Snapshot) -> None:
    async def ask() -> tuple[int, str]:
        async with repository.base(snapshot.tree) as base:
            return base.stat().st_ino, (base / "pkg/a.py").read_text()

    assert len(set(await asyncio.gather(*(ask() for _ in range(8))))) == 1


async def test_what_is_no_layer_is_refused(repository: GitRepository, snapshot: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no layer"):
        await repository.collect(snapshot.tree, tmp_path, layered=True)
