"""Run ids: unique, in order, and safe wherever they are written."""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from journeyman.eventlog.run_id import new_run_id


def test_they_are_unique_and_in_order() -> None:
    ids = [new_run_id() for _ in range(2000)]
    assert ids == sorted(set(ids))


def test_they_are_unique_among_threads() -> None:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: new_run_id(), range(4000)))
    assert len(set(ids)) == len(ids)


def test_they_begin_with_the_time_in_utc() -> None:
    run = new_run_id()
    assert re.fullmatch(r"\d{8}-\d{6}-[0-9a-z]{7}", run)
    made = datetime.strptime(run[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    assert abs(datetime.now(UTC) - made) < timedelta(hours=1)


def test_git_takes_them_in_a_branch_name() -> None:
    subprocess.run(["git", "check-ref-format", "--branch", f"journeyman/{new_run_id()}"], check=True)
