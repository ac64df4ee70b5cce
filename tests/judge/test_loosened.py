"""Checks made looser and pipelines that forgive, in words; and configuration that only describes."""

import pytest

from journeyman.domain.finding import Severity
from journeyman.judge.loosened import loosened, only_describes
from journeyman.judge.pipeline_rules import pipeline_weakened

PYPROJECT = """\
[project]
name = "calc"
version = "1"
dependencies = ["click"]

[tool.coverage.report]
fail_under = 90
exclude_also = ["if TYPE_CHECKING:"]

[tool.coverage.run]
branch = true

[tool.mypy]
strict = true

[tool.ruff.lint]
select = ["ALL"]
ignore = ["D203"]

[tool.ruff.lint.mccabe]
max-complexity = 10

[tool.bandit]
skips = []
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("fail_under = 90", "fail_under = 10", "lowers `tool coverage report fail_under` from 90 to 10"),
        ("fail_under = 90\n", "", "from 90 to nothing"),
        ('["if TYPE_CHECKING:"]', '["if TYPE_CHECKING:", "def "]', "excuses `def`"),
        ("branch = true", "branch = false", "switches `tool coverage run branch` off"),
        ("[tool.coverage.run]\n", '[tool.coverage.run]\nomit = ["src/*"]\n', "excuses `src/*`"),
        ("strict = true", "strict = false", "switches `tool mypy strict` off"),
        ("strict = true\n", "", "switches `tool mypy strict` off"),
        ("strict = true\n", "strict = true\nignore_errors = true\n", "switches `tool mypy ignore_errors` on"),
        (
            "[tool.ruff.lint]",
            '[[tool.mypy.overrides]]\nmodule = "calc.*"\nignore_errors = true\n\n[tool.ruff.lint]',
            "ignore_errors` on",
        ),
        ('["ALL"]', '["E"]', "asks no more for `ALL`"),
        ('ignore = ["D203"]', 'ignore = ["D203", "F"]', "excuses `F`"),
        (
            "[tool.ruff.lint.mccabe]",
            '[tool.ruff.lint.per-file-ignores]\n"src/*" = ["ALL"]\n\n[tool.ruff.lint.mccabe]',
            "ALL",
        ),
        ("max-complexity = 10", "max-complexity = 99", "raises"),
        ("skips = []", 'skips = ["B101"]', "excuses `B101`"),
    ],
)
def test_a_check_made_looser(old: str, new: str, says: str) -> None:
    assert old in PYPROJECT
    findings = list(loosened("pyproject.toml", PYPROJECT.encode(), PYPROJECT.replace(old, new).encode()))
    assert any(says in finding.reason for finding in findings), findings
    assert {finding.severity for finding in findings} == {Severity.REJECT}


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (".coveragerc", "[report]\nfail_under = 90\n", "[report]\nfail_under = 9\n"),
        (".coveragerc", "[run]\nbranch = True\n", "[run]\nbranch = True\nomit = src/*\n"),
        ("setup.cfg", "[flake8]\nignore = E1\n", "[flake8]\nignore = E1, F\n"),
        ("mypy.ini", "[mypy]\ndisallow_untyped_defs = True\n", "[mypy]\n"),
        (".coveragerc", "[report]\nfail_under = 90\n", None),
    ],
)
def test_in_every_format(path: str, before: str, after: str | None) -> None:
    assert list(loosened(path, before.encode(), after.encode() if after is not None else None))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("fail_under = 90", "fail_under = 95"),
        ('ignore = ["D203"]', "ignore = []"),
        ('version = "1"', 'version = "2"'),
        ("max-complexity = 10", "max-complexity = 8"),
        ("branch = true", "branch = true  # said why"),
    ],
)
def test_a_check_made_sharper_or_not_touched(old: str, new: str) -> None:
    assert list(loosened("pyproject.toml", PYPROJECT.encode(), PYPROJECT.replace(old, new).encode())) == []


def test_what_only_describes() -> None:
    def describes(old: str, new: str) -> bool:
        return only_describes("pyproject.toml", PYPROJECT.encode(), PYPROJECT.replace(old, new).encode())

    assert describes('version = "1"', 'version = "2"\ndescription = "Sums"')
    assert not describes('["click"]', '["click", "evil"]')
    assert not describes("strict = true", "strict = false")
    assert not describes('version = "1"', 'version = "2"\nscripts = {x = "y"}')
    assert not only_describes("pyproject.toml", PYPROJECT.encode(), None)


WORKFLOW = """\
on: [pull_request]
jobs:
  test:
    steps:
      - run: pytest
      - run: mypy
  lint:
    steps:
      - run: ruff check
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("pytest", "pytest || true", "goes on when a command fails"),
        ("      - run: mypy\n", "      - run: mypy\n        continue-on-error: true\n", "lets a step fail"),
        ("      - run: mypy\n", "      - run: mypy\n        if: false\n", "never runs"),
        ("[pull_request]", "[pull_request_target]", "secrets on foreign code"),
        ("[pull_request]", "{pull_request: {paths-ignore: ['src/**']}}", "out of the checks"),
        ("  lint:\n    steps:\n      - run: ruff check\n", "", "the job `lint` is removed"),
        ("      - run: mypy\n", "", "`mypy` is run no more"),
        ("pytest", "pytest --snapshot-update", "records anew"),
        ("pytest", "pytest --deselect tests/test_a.py", "leaves checks out"),
    ],
)
def test_a_pipeline_that_checks_less(old: str, new: str, says: str) -> None:
    path = ".github/workflows/ci.yml"
    findings = list(pipeline_weakened(path, WORKFLOW.encode(), WORKFLOW.replace(old, new).encode()))
    assert any(says in finding.reason for finding in findings), findings


def test_owners_struck_out() -> None:
    assert list(pipeline_weakened(".github/CODEOWNERS", b"* @ada\n/src @bob\n", b"* @ada\n"))
    assert not list(pipeline_weakened(".github/CODEOWNERS", b"* @ada\n", b"* @ada\n/src @bob\n"))


def test_a_pipeline_that_checks_more() -> None:
    more = WORKFLOW.replace("run: ruff check", "run: ruff check .")
    assert not list(pipeline_weakened(".github/workflows/ci.yml", WORKFLOW.encode(), more.encode()))
    assert not list(pipeline_weakened("src/app.py", b"", b"x = 'a || true'"))
