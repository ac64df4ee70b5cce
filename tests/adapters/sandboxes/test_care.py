"""A person's directory keeps what is theirs, and nothing that a command left there does harm."""

import os
import stat
from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.care import cared_for, check_workspace
from journeyman.domain.errors import UserError


def test_what_was_there_stays_as_it_was(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "tool").touch()
    (tmp_path / "tool").chmod(0o6755)
    (tmp_path / "closed").mkdir(0o300)
    with cared_for(tmp_path) as care:
        os.mkfifo(tmp_path / "new-pipe")
    assert [(item.path, item.what) for item in care.mended] == [("new-pipe", "a pipe: removed")]
    assert stat.S_IMODE((tmp_path / "tool").stat().st_mode) == 0o6755
    assert stat.S_IMODE((tmp_path / "closed").stat().st_mode) == 0o300


def test_set_id_bits_that_appear_are_taken_away(tmp_path: Path) -> None:
    (tmp_path / "tool").touch(0o755)
    with cared_for(tmp_path) as care:
        (tmp_path / "tool").chmod(0o6755)
    assert stat.S_IMODE((tmp_path / "tool").stat().st_mode) == 0o755
    assert [item.path for item in care.mended] == ["tool"]


def test_care_is_taken_when_the_run_fails_too(tmp_path: Path) -> None:
    def fail() -> None:
        with cared_for(tmp_path):
            os.mkfifo(tmp_path / "pipe")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_that_vanishes_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    with cared_for(tmp_path / "w"):
        (tmp_path / "w").rmdir()


def test_paths_of_odd_and_deep_names_are_told(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    with cared_for(tmp_path) as care:
        for _ in range(200):
            os.mkdir("d" * 100, dir_fd=here)
            inner = os.open("d" * 100, os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
        os.mkfifo(b"\xff\n", dir_fd=here)
    with os.scandir(here) as left:
        assert list(left) == []
    os.close(here)
    assert [item.path.endswith("/\udcff\n") for item in care.mended] == [True]


@pytest.mark.parametrize("place", ["/", "/usr", "/etc", "/tmp", "/home"])
def test_places_that_much_depends_on_are_refused(place: str) -> None:
    with pytest.raises(UserError, match="untrusted code"):
        check_workspace(Path(place), home=Path("/home/somebody"))


def test_a_home_and_what_holds_it_are_refused_even_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "home/me/project").mkdir(parents=True)
    (tmp_path / "link").symlink_to("home")
    for place in ("home/me", "home", "link", "link/me"):
        with pytest.raises(UserError):
            check_workspace(tmp_path / place, home=tmp_path / "home/me")
    assert check_workspace(tmp_path / "link/me/project", home=tmp_path / "home/me") == tmp_path / "home/me/project"
