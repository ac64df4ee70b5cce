"""Rules on names: each protected kind of file, and what is only a file."""

import pytest

from journeyman.domain.finding import Severity
from journeyman.judge.path_rules import forbidden_by_name, out_of_scope, runner_sections_changed

REJECTED = (
    *("conftest.py", "a/b/conftest.py", "pytest.ini", ".pytest.ini", "pytest.toml", "src/sitecustomize.py"),
    *(
        "a/__pycache__/b.pyc",
        "x.pth",
        "src/fast.so",
        "src/x.egg-info/PKG-INFO",
        "x.dist-info/RECORD",
        ".venv/bin/python",
    ),
    *("lib/site-packages/x.py", "vendor/.git/config", "win.pyd"),
)
ESCALATED = (
    *(
        "pyproject.toml",
        "sub/pyproject.toml",
        "setup.cfg",
        "tox.ini",
        "setup.py",
        "noxfile.py",
        "Makefile",
        ".coveragerc",
    ),
    *(".github/workflows/ci.yml", ".gitlab-ci.yml", "Jenkinsfile", ".github/CODEOWNERS", "uv.lock", "sub/poetry.lock"),
    *("requirements.txt", "requirements-dev.txt", "package-lock.json", ".gitattributes", ".gitmodules", ".envrc"),
    *("AGENTS.md", "CLAUDE.md", ".cursor/rules", ".claude/settings.json", ".vscode/tasks.json", ".devcontainer/x.json"),
    *("journeyman.toml", "mypy.ini", "ruff.toml", ".pre-commit-config.yaml"),
)
ORDINARY = (
    "src/app.py",
    "README.md",
    "docs/pytest.md",
    "src/lock.py",
    "src/make.py",
    "src/git.py",
    "data/venv.csv",
    "a.sol",
)


@pytest.mark.parametrize("path", REJECTED)
def test_rejected(path: str) -> None:
    (finding,) = forbidden_by_name(path)
    assert (finding.severity, finding.path) == (Severity.REJECT, path)
    assert finding.remedy


@pytest.mark.parametrize("path", ESCALATED)
def test_escalated(path: str) -> None:
    (finding,) = forbidden_by_name(path)
    assert (finding.rule, finding.severity) == ("protected-path", Severity.ESCALATE)


@pytest.mark.parametrize("path", ORDINARY)
def test_ordinary(path: str) -> None:
    assert list(forbidden_by_name(path)) == []


def test_the_project_protects_more() -> None:
    (finding,) = forbidden_by_name("src/pay/card.py", ("src/pay/**",))
    assert finding.severity is Severity.ESCALATE


def test_forbidden_wins_over_allowed() -> None:
    assert list(out_of_scope("src/a.py", allowed=("src",), forbidden=())) == []
    assert list(out_of_scope("src/a.py", allowed=(), forbidden=())) == []
    assert list(out_of_scope("src/a.py", allowed=("src",), forbidden=("src/a.py",))) != []
    assert list(out_of_scope("lib/a.py", allowed=("src",), forbidden=())) != []


@pytest.mark.parametrize(
    ("path", "before", "after", "rejected"),
    [
        ("pyproject.toml", b"[tool.pytest.ini_options]\nx = 1\n", b"[tool.pytest.ini_options]\nx = 2\n", True),
        ("pyproject.toml", b"[tool.pytest.ini_options]\nx = 1\n", b"", True),
        ("pyproject.toml", b"[tool.pytest.ini_options]\nx = 1\n", None, True),
        ("pyproject.toml", b"[tool.pytest.ini_options]\nx = 1\n", b"[tool", True),
        ("pyproject.toml", b"", b"[tool.pytest]\n", True),
        ("pyproject.toml", b"[project]\nversion = '1'\n", b"[project]\nversion = '2'\n", False),
        ("setup.cfg", b"[metadata]\nname = a\n", b"[metadata]\nname = b\n", False),
        ("setup.cfg", b"[metadata]\n", b"[tool:pytest]\naddopts = -x\n", True),
        ("tox.ini", b"[pytest]\n", b"[pytest]\nminversion = 1\n", True),
        ("sub/tox.ini", b"", b"[pytest]\n", False),
    ],
)
def test_what_speaks_to_the_runner_may_not_change(
    path: str, before: bytes, after: bytes | None, *, rejected: bool
) -> None:
    assert bool(list(runner_sections_changed(path, before, after, {""}))) == rejected


def test_the_configuration_of_a_folder_counts_where_tests_are_started_in_it() -> None:
    arguments = ("a/tox.ini", b"", b"[pytest]\n")
    assert [finding.rule for finding in runner_sections_changed(*arguments, {"a", "b"})] == ["test-configuration"]
    assert list(runner_sections_changed(*arguments, {"", "b"})) == []
