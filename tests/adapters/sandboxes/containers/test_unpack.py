"""Reading back from a container: hostile tars, one by one, and honest ones whole."""

import io
import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.containers.unpack import Caps, unpack
from journeyman.domain.errors import AdapterError


def entry(
    name: str, content: bytes = b"", *, kind: bytes = tarfile.REGTYPE, link: str = "", mode: int = 0o644
) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode, info.size = kind, link, mode, len(content)
    return info, content


def directory(name: str) -> tuple[tarfile.TarInfo, bytes]:
    return entry(name, kind=tarfile.DIRTYPE, mode=0o755)


def link(name: str, target: str) -> tuple[tarfile.TarInfo, bytes]:
    return entry(name, kind=tarfile.SYMTYPE, link=target)


def chunks(*entries: tuple[tarfile.TarInfo, bytes], size: int = 700) -> Iterator[bytes]:
    """Yield a tar in odd pieces, its top directory first as a daemon sends it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for info, content in (directory("work"), *entries):
            tar.addfile(info, io.BytesIO(content))
    data = buffer.getvalue()
    return iter([data[start : start + size] for start in range(0, len(data), size)])


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "workspace"
    path.mkdir()
    return path


def listing(workspace: Path) -> list[str]:
    return sorted(str(path.relative_to(workspace)) for path in workspace.rglob("*"))


def test_what_is_there_is_made_and_what_is_not_is_removed(workspace: Path) -> None:
    (workspace / "old/deep").mkdir(parents=True)
    (workspace / "old/deep/file").touch()
    (workspace / "kept").write_text("before")
    entries = (entry("work/kept", b"after"), directory("work/a"), entry("work/a/b", b"x" * 5000, mode=0o755))
    left_out = unpack(chunks(*entries), workspace, caps=Caps())
    assert listing(workspace) == ["a", "a/b", "kept"]
    assert (workspace / "kept").read_text() == "after"
    assert (workspace / "a/b").read_bytes() == b"x" * 5000
    assert stat.S_IMODE((workspace / "a/b").stat().st_mode) == 0o755
    assert left_out == ()


def test_a_file_that_did_not_change_is_not_written(workspace: Path) -> None:
    (workspace / "same").write_text("same")
    before = (workspace / "same").stat()
    unpack(chunks(entry("work/same", b"same")), workspace, caps=Caps())
    assert (workspace / "same").stat().st_ino == before.st_ino
    assert (workspace / "same").stat().st_mtime_ns == before.st_mtime_ns


@pytest.mark.parametrize(
    "name",
    ["work/../../outside", "work/a/../../../outside", "/outside", "work/" + "n" * 256, "work/" + "d/" * 130 + "f"],
)
def test_no_name_leads_outside(workspace: Path, name: str) -> None:
    unpack(chunks(entry(name, b"x")), workspace, caps=Caps())
    assert [path.name for path in workspace.parent.iterdir()] == ["workspace"]
    assert not Path("/outside").exists()


@pytest.mark.parametrize(
    "target", ["/etc/passwd", "..", "../..", "a/../../x", "./../x", "d/d/../../../x", "", "../workspace/x"]
)
def test_links_that_lead_outside_are_left_out(workspace: Path, target: str) -> None:
    (reason,) = unpack(chunks(link("work/link", target)), workspace, caps=Caps())
    assert "leads outside" in reason
    assert listing(workspace) == []


def test_links_that_stay_inside_come_back_as_they_are(workspace: Path) -> None:
    entries = (directory("work/a"), entry("work/a/f", b"x"), link("work/a/up", "../a/f"), link("work/l", "a"))
    assert unpack(chunks(*entries), workspace, caps=Caps()) == ()
    assert (workspace / "a/up").readlink() == Path("../a/f")
    assert (workspace / "l").readlink() == Path("a")


def test_nothing_is_written_through_a_link(workspace: Path) -> None:
    outside = workspace.parent / "outside"
    outside.mkdir()
    (workspace / "planted").symlink_to(outside)
    entries = (directory("work/a"), link("work/s", "a"), entry("work/s/x", b"x"), entry("work/planted/x", b"x"))
    left_out = unpack(chunks(*entries), workspace, caps=Caps())
    assert list(outside.iterdir()) == []
    assert len(left_out) == 2
    assert listing(workspace) == ["a", "s"]


def test_a_planted_link_is_replaced_and_not_followed(workspace: Path) -> None:
    victim = workspace.parent / "victim"
    victim.write_text("before")
    (workspace / "file").symlink_to(victim)
    os.link(victim, workspace / "second")
    (workspace / "folder").symlink_to(workspace.parent)
    entries = (entry("work/file", b"after"), entry("work/second", b"after"), directory("work/folder"))
    unpack(chunks(*entries), workspace, caps=Caps())
    assert victim.read_text() == "before"
    assert not (workspace / "folder").is_symlink()
    assert (workspace / "file").read_text() == (workspace / "second").read_text() == "after"


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_special_files_are_left_out(workspace: Path, kind: bytes) -> None:
    (reason,) = unpack(chunks(entry("work/special", kind=kind)), workspace, caps=Caps())
    assert "neither file" in reason
    assert listing(workspace) == []


def test_no_set_uid_bit_survives(workspace: Path) -> None:
    unpack(chunks(entry("work/suid", b"x", mode=0o6755), directory("work/d")), workspace, caps=Caps())
    assert stat.S_IMODE((workspace / "suid").stat().st_mode) == 0o755


def test_everything_can_be_read_and_removed_by_its_owner(workspace: Path) -> None:
    closed = directory("work/d")
    closed[0].mode = 0
    unpack(chunks(closed, entry("work/d/f", b"x", mode=0)), workspace, caps=Caps())
    assert stat.S_IMODE((workspace / "d").stat().st_mode) == 0o700
    assert stat.S_IMODE((workspace / "d/f").stat().st_mode) == 0o600


def test_a_second_name_gets_a_content_of_its_own(workspace: Path) -> None:
    second = entry("work/b", kind=tarfile.LNKTYPE, link="work/a")
    unpack(chunks(entry("work/a", b"content"), second), workspace, caps=Caps())
    assert (workspace / "b").read_bytes() == b"content"
    assert (workspace / "b").stat().st_nlink == 1


@pytest.mark.parametrize("target", ["work/nothing", "etc/passwd", "/etc/passwd", "work/../../etc/passwd", "work"])
def test_a_second_name_of_something_else_is_left_out(workspace: Path, target: str) -> None:
    left_out = unpack(chunks(entry("work/b", kind=tarfile.LNKTYPE, link=target)), workspace, caps=Caps())
    assert len(left_out) == 1
    assert listing(workspace) == []


@pytest.mark.parametrize("caps", [Caps(entries=5), Caps(total_bytes=900)])
def test_more_than_the_caps_is_an_error(workspace: Path, caps: Caps) -> None:
    with pytest.raises(AdapterError, match="more than"):
        unpack(chunks(*(entry(f"work/{number}", b"x" * 100) for number in range(10))), workspace, caps=caps)


def test_second_names_count_against_the_caps(workspace: Path) -> None:
    bomb = [entry(f"work/{number}", kind=tarfile.LNKTYPE, link="work/big") for number in range(100)]
    with pytest.raises(AdapterError, match="more than"):
        unpack(chunks(entry("work/big", b"x" * 10_000), *bomb), workspace, caps=Caps(total_bytes=50_000))


@pytest.mark.parametrize("data", [b"", b"not a tar" * 200, b"\0" * 512])
def test_what_is_no_tar_is_an_error_or_empty(workspace: Path, data: bytes) -> None:
    (workspace / "kept").touch()
    try:
        unpack(iter([data]), workspace, caps=Caps())
    except AdapterError:
        assert listing(workspace) == ["kept"]


def test_a_tar_cut_short_is_an_error(workspace: Path) -> None:
    whole = b"".join(chunks(entry("work/a", b"x" * 5000)))
    with pytest.raises(AdapterError):
        unpack(iter([whole[:3000]]), workspace, caps=Caps())
