"""What a command wrote is found, whatever it wrote it to, and what was there before is not held against it."""

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from journeyman.adapters.sandboxes.disk import DiskWatch
from journeyman.domain.command import Ending, Limits

MIB = 2**20
GRAIN_S = 0.05
LIMITS = Limits(disk_bytes=8 * MIB, new_files=50)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[DiskWatch]:
    (tmp_path / "old").write_bytes(bytes(16 * MIB))
    for number in range(80):
        (tmp_path / f"old-{number}").touch()
    time.sleep(GRAIN_S)
    with DiskWatch(workspace=tmp_path, limits=LIMITS).watching() as watching:
        watching.confine(2**22 + 1)  # nobody: the last look, after everything has ended
        yield watching


def test_what_was_there_does_not_count(watch: DiskWatch, tmp_path: Path) -> None:
    (tmp_path / "new").write_bytes(bytes(MIB))
    watch._next_walk = 0.0
    assert watch.reached() is None


def test_one_large_file_is_found(watch: DiskWatch, tmp_path: Path) -> None:
    (tmp_path / "new").write_bytes(bytes(9 * MIB))
    assert watch.reached() is Ending.DISK_FULL


def test_many_files_far_down_are_found(watch: DiskWatch, tmp_path: Path) -> None:
    place = tmp_path
    for _ in range(12):
        place /= "d" * 50
        place.mkdir()
        (place / "part").write_bytes(bytes(MIB))
    assert watch.reached() is Ending.DISK_FULL


def test_a_flood_of_empty_files_is_found(tmp_path: Path) -> None:
    watch = DiskWatch(workspace=tmp_path, limits=replace(LIMITS, new_files=50))
    with watch.watching() as watching:
        for number in range(60):
            (tmp_path / f"new-{number}").touch()
        watching._next_walk = 0.0
        assert watching.reached() is Ending.DISK_FULL


def test_a_name_given_twice_counts_once(watch: DiskWatch, tmp_path: Path) -> None:
    (tmp_path / "new").write_bytes(bytes(5 * MIB))
    (tmp_path / "again").hardlink_to(tmp_path / "new")
    watch._next_walk = 0.0
    assert watch.reached() is None


def test_a_workspace_that_vanishes_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    with DiskWatch(workspace=tmp_path / "w", limits=LIMITS).watching() as watching:
        shutil.rmtree(tmp_path / "w")
        watching._next_walk = 0.0
        assert watching.reached() is None


def test_nothing_stays_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    with DiskWatch(workspace=tmp_path, limits=LIMITS).watching() as watching:
        watching.confine(os.getpid())
        watching.reached()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_new_suspicion_is_looked_into_at_once(watch: DiskWatch, tmp_path: Path) -> None:
    watch.confine(os.getpid())  # lives on, so that this is not the last look
    watch._next_walk = time.monotonic() + 3600  # what a long walk without any suspicion was granted
    for number in range(60):
        (tmp_path / f"new-{number}").touch()
    assert watch.reached() is Ending.DISK_FULL
