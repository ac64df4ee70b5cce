"""Kept baselines: the same in another process, gone when anything they follow from is another."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyman.domain.command import Mount
from journeyman.domain.toolchain import Toolchain
from journeyman.domain.verification import Baseline, TestOutcome, TestResult
from journeyman.judge.baseline_store import BaselineStore, baseline_key, environment_digest
from journeyman.settings import JudgeSettings

TEXTS = st.text(st.characters(codec=None), max_size=20)
RESULTS = st.builds(
    TestResult,
    node_id=TEXTS,
    outcome=st.sampled_from(TestOutcome),
    duration_s=st.floats(0, 1e6).map(lambda s: round(s, 6)),
    message=TEXTS,
)
BASELINES = st.builds(
    Baseline,
    results=st.lists(RESULTS, max_size=4).map(tuple),
    unstable=st.lists(TEXTS, max_size=3).map(tuple),
    duration_s=st.floats(0, 1e6).map(lambda s: round(s, 6)),
)
ONE = Baseline(results=(TestResult(node_id="a::x", outcome=TestOutcome.PASSED),), unstable=("a::y",), duration_s=1.5)


@given(BASELINES)
def test_what_is_kept_comes_back_whatever_it_holds(tmp_path_factory: pytest.TempPathFactory, kept: Baseline) -> None:
    store = BaselineStore(folder=tmp_path_factory.mktemp("cache"))
    store.write("k", kept)
    assert BaselineStore(folder=store.folder).read("k") == kept


@pytest.mark.parametrize("damage", [b"", b"{", b"null", b'{"digest": "0", "payload": "{}"}', b"\xff"])
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "k.json").write_bytes(damage)
    assert BaselineStore(folder=tmp_path).read("k") is None


def test_an_altered_outcome_is_noticed(tmp_path: Path) -> None:
    store = BaselineStore(folder=tmp_path)
    store.write("k", ONE)
    document = json.loads((tmp_path / "k.json").read_text())
    document["payload"] = document["payload"].replace("passed", "failed")
    (tmp_path / "k.json").write_text(json.dumps(document))
    assert store.read("k") is None


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = BaselineStore(folder=tmp_path / "file" / "below")
    store.write("k", ONE)
    assert store.read("k") is None


def test_old_ones_make_room(tmp_path: Path) -> None:
    for number in range(405):
        (tmp_path / f"{number}.json").write_text("{}")
        os.utime(tmp_path / f"{number}.json", (number, number))
    BaselineStore(folder=tmp_path).write("k", ONE)
    assert len(list(tmp_path.iterdir())) == 400
    assert BaselineStore(folder=tmp_path).read("k") == ONE


def test_the_key_follows_from_everything_that_matters() -> None:
    settings = JudgeSettings()
    keys = {
        baseline_key("t", "e", settings),
        baseline_key("u", "e", settings),
        baseline_key("t", "f", settings),
        baseline_key("t", "e", replace(settings, plugins=("asyncio",))),
        baseline_key("t", "e", replace(settings, baseline_runs=3)),
    }
    assert len(keys) == 5
    assert baseline_key("t", "e", JudgeSettings()) in keys


def test_an_installed_package_makes_another_environment(tmp_path: Path) -> None:
    site = tmp_path / "lib/python3.11/site-packages"
    site.mkdir(parents=True)
    python = tmp_path / "bin/python"
    mounts = (Mount(source=tmp_path, target="/env"),)
    before = environment_digest(python, mounts)
    assert environment_digest(python, mounts) == before
    (site / "six.py").write_text("")
    after = environment_digest(python, mounts)
    (site / "six.py").write_text("# upgraded\n")
    assert len({before, after, environment_digest(python, mounts)}) == 3


def test_another_tool_or_another_package_of_it_makes_another_environment(tmp_path: Path) -> None:
    packages = tmp_path / "node_modules"
    (packages / "@types/node").mkdir(parents=True)
    node = Toolchain(executable="/usr/bin/node", mounts=(Mount(source=packages, target="/node_modules"),))

    def digest(tool: Toolchain | None) -> str:
        return environment_digest(tmp_path / "python", (), {"node:web": tool})

    seen = [digest(None), digest(node), digest(replace(node, executable="/opt/node"))]
    assert digest(node) == seen[1]
    (packages / "@types/react").mkdir()
    seen.append(digest(node))
    (packages / ".package-lock.json").write_text("{}")
    seen.append(digest(node))
    stamp = (packages / ".package-lock.json").stat()
    (packages / ".package-lock.json").write_text("[]")
    os.utime(packages / ".package-lock.json", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    seen.append(digest(node))
    assert len(set(seen)) == len(seen)
