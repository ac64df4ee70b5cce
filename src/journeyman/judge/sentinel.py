"""Sentinels: tests of the judge's own that must fail or must pass, sown into every run.

A harness that was talked into saying "passed" says so of these too. Their names and numbers are drawn
anew for each run; the verdict depends only on how they end.
"""

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from journeyman.domain.verification import TestOutcome, TestResult

MUST_FAIL = frozenset({"assert", "raises", "unittest", "parametrised", "fixture"})
MUST_PASS = frozenset({"pass", "unittest-pass"})
KINDS = MUST_FAIL | MUST_PASS | {"exit-status"}
"""The last is the runner's own word for the run: with failing sentinels in it, never a success."""


def can_be_heard(sown: Collection[str], armed: Collection[str]) -> bool:
    """Return whether, in each runner, a sentinel that must fail and one that must pass end as they must.

    Args:
        sown: kinds put into the runs; `runner/kind` where there is more than one runner.
        armed: those that ended as they must in every run of the base.

    A kind that must pass is called so: its name ends in `pass`.
    """
    groups = {kind.rpartition("/")[0] for kind in sown}
    heard = {(kind.rpartition("/")[0], kind.endswith("pass")) for kind in armed if not kind.endswith("exit-status")}
    return all((group, passing) in heard for group in groups for passing in (True, False))


_SUITE = """\
import unittest

import pytest


def {pass_}():
    assert {low} + {low} == {low2}


def {assert_}():
    left = {low}
    assert left == {high}


def {raises}():
    with pytest.raises(ValueError):
        {low}


class {Class}(unittest.TestCase):
    def {unittest}(self):
        self.assertEqual({low}, {high})

    def {unittest_pass}(self):
        self.assertEqual({low}, {low})


@pytest.mark.parametrize("value", [{low}, {high}])
def {parametrised}(value):
    assert value == {low}


@pytest.fixture
def {broken}():
    raise LookupError({low})


def {fixture}({broken}):
    pass
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentinels:
    """One run's sentinels: what to write, and how each must end."""

    files: Mapping[str, str]
    """File name → content; the first runs before the suite, the last behind it."""
    expected: Mapping[str, tuple[str, TestOutcome]]
    """Name within the file → (kind, the only honest outcome); no two files share a name."""

    def plant(self, folder: Path) -> None:
        """Write the files into a new folder."""
        folder.mkdir()
        for name, content in self.files.items():
            (folder / name).write_text(content, encoding="utf-8")

    def own(self, node_id: str) -> bool:
        """Return whether a node id is one of these sentinels'."""
        name = _name(node_id)
        # A file outside the project has no path in its node ids, so a broken one has none at all.
        return not node_id or name in self.expected or node_id.endswith(tuple(self.files))

    def honest(self, results: Iterable[TestResult]) -> frozenset[str]:
        """Return the kinds of which every sentinel ended, once, as it must."""
        seen: dict[str, list[TestOutcome]] = {}
        for result in results:
            seen.setdefault(_name(result.node_id), []).append(result.outcome)
        liars = {kind for key, (kind, outcome) in self.expected.items() if seen.get(key) != [outcome]}
        return frozenset(kind for kind, _ in self.expected.values()) - liars


def draw_sentinels() -> Sentinels:
    """Return two files of sentinels with names and numbers nobody can foresee."""
    files: dict[str, str] = {}
    expected: dict[str, tuple[str, TestOutcome]] = {}
    for _ in range(2):
        file, suite, outcomes = _draw_file()
        files[file] = suite
        expected |= outcomes
    return Sentinels(files=files, expected=expected)


def quarantine_name(kind: str) -> str:
    """Return the name under which a baseline lists a kind that cannot be relied on."""
    return f"sentinel::{kind}"


def _draw_file() -> tuple[str, str, dict[str, tuple[str, TestOutcome]]]:
    kinds = ("pass_", "assert_", "raises", "unittest", "unittest_pass", "parametrised", "broken", "fixture")
    names = {kind: f"test_{_word()}" for kind in kinds} | {"Class": f"Test{_word()}", "broken": _word()}
    low = secrets.randbelow(10**6)
    high = low + 1 + secrets.randbelow(10**6)
    suite = _SUITE.format(**names, low=low, high=high, low2=low + low)
    passed, failed = TestOutcome.PASSED, TestOutcome.FAILED
    return (
        f"test_{_word()}.py",
        suite,
        {
            names["pass_"]: ("pass", passed),
            names["assert_"]: ("assert", failed),
            names["raises"]: ("raises", failed),
            f"{names['Class']}::{names['unittest']}": ("unittest", failed),
            f"{names['Class']}::{names['unittest_pass']}": ("unittest-pass", passed),
            f"{names['parametrised']}[{low}]": ("parametrised", passed),
            f"{names['parametrised']}[{high}]": ("parametrised", failed),
            names["fixture"]: ("fixture", TestOutcome.ERROR),
        },
    )


def _name(node_id: str) -> str:
    return node_id.partition("::")[2]


def _word() -> str:
    return "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(12))
