"""Links that a command leaves lead no reader outside; honest ones go on meaning what they meant."""

from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.care import cared_for
from journeyman.domain.command import Mount


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "project"
    (path / "sub").mkdir(parents=True)
    (path / "file").write_text("mine")
    (tmp_path / "secret").write_text("theirs")
    return path


@pytest.mark.parametrize(
    "target", ["../secret", "../missing", "/proc/self/environ", "/", "/etc/shadow", "sub/../..", "/dev/zero"]
)
def test_a_link_that_leads_outside_is_removed_and_said(target: str, workspace: Path) -> None:
    with cared_for(workspace) as care:
        (workspace / "link").symlink_to(target)
    assert not (workspace / "link").is_symlink()
    assert [(item.path, target in item.what) for item in care.mended] == [("link", True)]


def test_no_chain_leads_outside(workspace: Path) -> None:
    with cared_for(workspace):
        (workspace / "up").symlink_to("sub/above")
        (workspace / "sub/above").symlink_to("../..")
        (workspace / "through").symlink_to("up/secret")
    for name in ("up", "sub/above", "through"):
        assert (workspace / name).resolve().is_relative_to(workspace)


@pytest.mark.parametrize("target", ["file", "sub", "missing", "sub/../file", "/usr/bin/env", "/bin/sh", "/dev/null"])
def test_an_honest_link_stays(target: str, workspace: Path) -> None:
    with cared_for(workspace) as care:
        (workspace / "link").symlink_to(target)
    assert str((workspace / "link").readlink()) == target
    assert care.mended == []


def test_what_was_there_stays_wherever_it_leads(workspace: Path) -> None:
    (workspace / "old").symlink_to("../secret")
    with cared_for(workspace) as care:
        pass
    assert (workspace / "old").read_text() == "theirs"
    assert care.mended == []


def test_an_old_link_that_was_moved_or_changed_is_a_new_one(workspace: Path) -> None:
    (workspace / "sub/old").symlink_to("../secret")
    (workspace / "other").symlink_to("file")
    with cared_for(workspace) as care:
        (workspace / "sub/old").rename(workspace / "old")
        (workspace / "other").unlink()
        (workspace / "other").symlink_to("../secret")
    assert {item.path for item in care.mended} == {"old", "other"}


def test_names_of_the_sandbox_mean_the_same_outside(workspace: Path, tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.mkdir()
    (tool / "run").write_text("tool")
    with cared_for(workspace, shown=(Mount(source=tool, target="/host/work/tool"),)) as care:
        (workspace / "sub/link").symlink_to("/work/file")
        (workspace / "through").symlink_to("sub/link")
        (workspace / "run").symlink_to("/host/work/tool/run")
        (workspace / "as-is").symlink_to(tool / "run")
    assert (workspace / "through").read_text() == "mine"
    assert str((workspace / "sub/link").readlink()) == "../file"
    assert (workspace / "run").read_text() == (workspace / "as-is").read_text() == "tool"
    assert {item.path for item in care.mended} == {"sub/link", "run"}


def test_a_name_of_the_sandbox_does_not_climb_out(workspace: Path) -> None:
    with cared_for(workspace):
        (workspace / "link").symlink_to("/work/../secret")
    assert not (workspace / "link").is_symlink()
