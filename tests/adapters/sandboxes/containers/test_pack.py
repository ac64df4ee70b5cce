"""A workspace on its way into a container."""

import io
import os
import tarfile
from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.containers.pack import Owner, pack, stamps
from journeyman.domain.errors import AdapterError

WRITER, READER = Owner(uid=64000, may_write=True), Owner(uid=64000, may_write=False)


def packed(workspace: Path, owner: Owner, *, only: frozenset[str] | None = None) -> dict[str, tarfile.TarInfo]:
    buffer = io.BytesIO()
    pack(workspace, buffer, owner=owner, only=only)
    buffer.seek(0)
    with tarfile.open(fileobj=buffer) as tar:
        return {member.name: member for member in tar.getmembers()}


def test_files_directories_and_links_go_in_as_the_commands_own(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d/f").write_text("x")
    (tmp_path / "l").symlink_to("/etc/passwd")
    found = packed(tmp_path, WRITER)
    assert set(found) == {".", "d", "d/f", "l"}
    assert found["l"].linkname == "/etc/passwd"
    assert {member.uid for member in found.values()} == {64000}


def test_of_a_read_only_workspace_everything_is_roots_and_readable(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir(mode=0o700)
    (tmp_path / "d/f").touch(mode=0o600)
    (tmp_path / "d/x").touch(mode=0o700)
    found = packed(tmp_path, READER)
    assert {member.uid for member in found.values()} == {0}
    assert {name: oct(member.mode) for name, member in found.items()} == {
        ".": "0o755", "d": "0o755", "d/f": "0o644", "d/x": "0o755",
    }  # fmt: skip


def test_special_files_and_set_uid_bits_stay_outside(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "suid").touch()
    (tmp_path / "suid").chmod(0o4755)
    found = packed(tmp_path, WRITER)
    assert set(found) == {".", "suid"}
    assert found["suid"].mode == 0o755


def test_a_linked_directory_is_not_entered(tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret/key").touch()
    (tmp_path / "workspace/l").symlink_to(tmp_path / "secret")
    assert set(packed(tmp_path / "workspace", WRITER)) == {".", "l"}


def test_only_what_is_wanted_goes_in(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).touch()
    assert set(packed(tmp_path, WRITER, only=frozenset({"b"}))) == {"b"}


def test_a_stamp_tells_a_change(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    before = stamps(tmp_path)
    assert stamps(tmp_path) == before
    (tmp_path / "a").write_text("2")
    os.utime(tmp_path / "a", (0, 0))
    assert stamps(tmp_path) != before


def test_a_workspace_that_vanished_is_told(tmp_path: Path) -> None:
    with pytest.raises(AdapterError, match="workspace"):
        stamps(tmp_path / "nothing")
