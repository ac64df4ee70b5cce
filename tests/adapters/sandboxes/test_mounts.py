"""Mounts are arranged so that no destination has to be made through somebody else's names."""

from itertools import combinations
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyman.adapters.sandboxes.mounts import arrange, inside, same_path
from journeyman.domain.command import Mount
from journeyman.domain.errors import UserError

ROOT = Path("/")
names = st.sampled_from(["opt", "srv", "a", "b"])
targets = st.lists(names, min_size=1, max_size=4).map(lambda parts: "/" + "/".join(parts))


@given(st.lists(targets, max_size=6))
def test_no_target_lies_in_another(wanted: list[str]) -> None:
    try:
        arranged = arrange(Mount(source=ROOT, target=target) for target in wanted)
    except UserError:
        assert any(
            PurePosixPath(a).is_relative_to(b) or PurePosixPath(b).is_relative_to(a) for a, b in combinations(wanted, 2)
        )
        return
    for first, second in combinations(arranged, 2):
        assert not PurePosixPath(second.target).is_relative_to(first.target)
        assert not PurePosixPath(first.target).is_relative_to(second.target)


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/work",
        "/work/a",
        "/proc",
        "/proc/self",
        "/dev/null",
        "/sys",
        "/usr",
        "/etc",
        "/tmp",
        "/home",
        "/home/agent",
    ],
)
def test_reserved_places_are_refused(target: str) -> None:
    with pytest.raises(UserError, match="nothing can be mounted"):
        arrange([Mount(source=ROOT, target=target)])


@pytest.mark.parametrize("target", ["relative", "", "/opt/../work", "/opt/a\0b"])
def test_a_target_must_be_plain(target: str) -> None:
    with pytest.raises(UserError, match="plain absolute path"):
        arrange([Mount(source=ROOT, target=target)])


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing-here"):
        arrange([Mount(source=tmp_path / "nothing-here", target="/opt/x")])


def test_what_another_mount_or_the_system_shows_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    outer, inner = same_path(tmp_path), same_path(tmp_path / "inner")
    assert arrange([inner, outer, outer, same_path(Path("/usr/bin"))]) == (outer,)


def test_a_path_below_the_workspace_is_moved() -> None:
    assert same_path(Path("/work/project/.venv")).target == "/host/work/project/.venv"
    assert same_path(Path("/workshop")).target == "/workshop"


def test_a_command_is_found_where_its_mount_shows_it() -> None:
    moved = same_path(Path("/work/project/.venv"))
    kept = same_path(Path("/opt/python"))
    other = Mount(source=Path("/opt/python/bin/python"), target="/opt/other")
    assert inside("/work/project/.venv/bin/python", [moved]) == "/host/work/project/.venv/bin/python"
    assert inside("/opt/python/bin/python", [other, kept]) == "/opt/python/bin/python"
    assert inside("python", [moved, kept]) == "python"
    assert inside("/bin/sh", [moved, kept]) == "/bin/sh"
