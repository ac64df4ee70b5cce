"""Which control groups are chosen and what is written to them, on made-up hierarchies."""

import os
from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.cgroups import CgroupCeiling, CgroupCeilings, find_cgroups
from journeyman.domain.command import Ending, Limits


def proc(tmp_path: Path, *, mountinfo: str, cgroup: str) -> Path:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/mountinfo").write_text(mountinfo)
    (tmp_path / "proc/cgroup").write_text(cgroup)
    return tmp_path / "proc"


def group(tmp_path: Path, name: str, **files: str) -> Path:
    path = tmp_path / name
    path.mkdir(parents=True)
    for file, content in files.items():
        (path / file.replace("__", ".")).write_text(content)
    return path


def version_2(tmp_path: Path, memory_events: str = "", pids_events: str = "") -> tuple[Path, CgroupCeiling]:
    path = group(tmp_path, "g", memory__events=memory_events, pids__events=pids_events, memory__swap__max="max")
    return path, CgroupCeiling({"memory": path, "pids": path}, Limits(memory_bytes=1000, processes=7))


def test_version_2_limits_are_written(tmp_path: Path) -> None:
    path, ceiling = version_2(tmp_path)
    ceiling.confine(42)
    written = {file.name: file.read_text() for file in path.iterdir() if not file.name.endswith("events")}
    assert written == {"memory.max": "1000", "memory.swap.max": "0", "pids.max": "8", "cgroup.procs": "42"}


def test_version_1_limits_are_written(tmp_path: Path) -> None:
    memory = group(tmp_path, "memory", memory__limit_in_bytes="", memory__oom_control="oom_kill_disable 0\noom_kill 0")
    pids = group(tmp_path, "pids", pids__events="max 0")
    ceiling = CgroupCeiling({"memory": memory, "pids": pids}, Limits(memory_bytes=1000, processes=7))
    ceiling.confine(42)
    assert (memory / "memory.limit_in_bytes").read_text() == "1000"
    assert (pids / "pids.max").read_text() == "8"
    assert [(path / "cgroup.procs").read_text() for path in (memory, pids)] == ["42", "42"]
    assert ceiling.reached() is None
    (memory / "memory.oom_control").write_text("oom_kill_disable 0\nunder_oom 0\noom_kill 2\n")
    assert ceiling.reached() is Ending.OUT_OF_MEMORY


@pytest.mark.parametrize(
    ("memory", "pids", "ending"),
    [
        ("oom 3\noom_kill 0\n", "max 0\n", None),
        ("oom 1\noom_kill 1\n", "max 0\n", Ending.OUT_OF_MEMORY),
        ("oom_kill 0\n", "max 5\n", Ending.TOO_MANY_PROCESSES),
    ],
)
def test_the_kernels_counts_say_what_was_reached(tmp_path: Path, memory: str, pids: str, ending: Ending | None) -> None:
    _, ceiling = version_2(tmp_path, memory, pids)
    assert ceiling.reached() is ending


def test_version_2_needs_a_parent_that_hands_both_controllers_down(tmp_path: Path) -> None:
    mountinfo = f"1 0 0:1 / {tmp_path}/cg rw - cgroup2 cgroup2 rw\n"
    group(tmp_path, "cg/user", cgroup__subtree_control="cpu memory\n")
    group(tmp_path, "cg/user/app", cgroup__subtree_control="")
    place = proc(tmp_path, mountinfo=mountinfo, cgroup="0::/user/app\n")
    assert find_cgroups(proc=place) is None


def test_a_part_of_a_hierarchy_is_not_mistaken_for_the_whole(tmp_path: Path) -> None:
    mountinfo = (
        "1 0 0:1 /docker/abc /cg rw - cgroup cgroup rw,memory\n2 0 0:2 /docker/abc /cg rw - cgroup cgroup rw,pids\n"
    )
    place = proc(tmp_path, mountinfo=mountinfo, cgroup="2:pids:/docker/abc\n1:memory:/docker/abc\n")
    assert find_cgroups(proc=place) is None


def test_groups_of_dead_processes_are_swept_and_of_living_ones_not(tmp_path: Path) -> None:
    dead, alive = tmp_path / f"journeyman-{2**22 + 1}-0", tmp_path / f"journeyman-{os.getpid()}-0"
    dead.mkdir()
    alive.mkdir()
    CgroupCeilings({"memory": tmp_path, "pids": tmp_path}, version=2).sweep()
    assert (dead.exists(), alive.exists()) == (False, True)
