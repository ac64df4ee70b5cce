"""What judging costs beside a bare test run: three made projects, or one of yours; cold, and with a kept baseline.

    .venv/bin/python bench/judge/cost.py [--rounds N] [--repo DIR --base SHA --head SHA]

Each round runs the bare suite and the judge one after the other, so that a busy machine slows both; the
figure is the median of the rounds' ratios.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SIZES = {"small": (3, 10), "middle": (40, 25), "large": (200, 50)}
"""Name → (test files, tests in each)."""
MODULE = '"""Module {n}."""\n\n\ndef sums(limit):\n    return sum(value * value for value in range(limit))\n'
TEST = """\
import pytest

from made.part{n} import sums


@pytest.mark.parametrize("limit", range({tests}))
def test_sums(limit):
    for _ in range(20):
        assert sums(300 + limit) == sum(value**2 for value in range(300 + limit))
"""


def git(repo: Path, *words: str) -> str:
    name = ("-c", "user.name=Bench", "-c", "user.email=bench@localhost")
    return subprocess.run(["git", *name, *words], cwd=repo, check=True, capture_output=True, text=True).stdout.strip()


def make(repo: Path, files: int, tests: int) -> tuple[str, str]:
    """Make a project with an honest change on top; return both commits."""
    for number in range(files):
        (repo / "src/made").mkdir(parents=True, exist_ok=True)
        (repo / "tests").mkdir(exist_ok=True)
        (repo / f"src/made/part{number}.py").write_text(MODULE.format(n=number))
        (repo / f"tests/test_part{number}.py").write_text(TEST.format(n=number, tests=tests))
    (repo / "src/made/__init__.py").write_text("")
    (repo / "pyproject.toml").write_text('[tool.pytest.ini_options]\ntestpaths = ["tests"]\npythonpath = ["src"]\n')
    git(repo, "init", "-q", "-b", "main")
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "base")
    base = git(repo, "rev-parse", "HEAD")
    (repo / "src/made/part0.py").write_text(MODULE.format(n=0).replace("value * value", "value**2"))
    git(repo, "commit", "-q", "-a", "-m", "change")
    return base, git(repo, "rev-parse", "HEAD")


def timed(command: list[str], cwd: Path, environment: dict[str, str]) -> float:
    began = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - began


@contextmanager
def places() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="journeyman-bench-") as folder:
        yield Path(folder)


def measure(name: str, repo: Path, base: str, head: str, rounds: int) -> None:
    bare = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    judge = [sys.executable, "-m", "journeyman", "judge", "--repo", ".", "--base", base, "--head", head]
    ratios: dict[str, list[float]] = {"cold": [], "warm": []}
    seconds: dict[str, list[float]] = {"bare": [], "cold": [], "warm": []}
    for _ in range(rounds):
        with places() as home:
            environment = {**os.environ, "JOURNEYMAN_HOME": str(home / "d"), "JOURNEYMAN_CACHE": str(home / "c")}
            seconds["bare"].append(timed(bare, repo, environment))
            for kind in ("cold", "warm"):
                seconds[kind].append(timed(judge, repo, environment))
                ratios[kind].append(seconds[kind][-1] / seconds["bare"][-1])
    told = {kind: f"{statistics.median(values):.2f}" for kind, values in (seconds | {}).items()}
    cold, warm = (f"{statistics.median(ratios[kind]):.2f}" for kind in ("cold", "warm"))
    print(f"| {name} | {told['bare']} | {told['cold']} | {told['warm']} | {cold} | {warm} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--repo", type=Path)
    parser.add_argument("--base")
    parser.add_argument("--head")
    asked = parser.parse_args()
    print("| project | bare s | cold s | warm s | cold ratio | warm ratio |\n|---|---|---|---|---|---|")
    if asked.repo:
        measure(asked.repo.name, asked.repo, asked.base, asked.head, asked.rounds)
        return
    for name, (files, tests) in SIZES.items():
        with places() as folder:
            base, head = make(folder, files, tests)
            measure(f"{name}, {files * tests} tests", folder, base, head, asked.rounds)


if __name__ == "__main__":
    main()
