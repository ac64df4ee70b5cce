"""Rules on the names of changed paths: what may never be touched, and what only a person may touch."""

import tomllib
from collections.abc import Collection, Iterator
from configparser import ConfigParser
from configparser import Error as IniError
from typing import NamedTuple

from journeyman.domain.finding import Finding, Severity
from journeyman.judge.globs import matches
from journeyman.judge.suite import CONFIG_NAMES


class PathRule(NamedTuple):
    """One rule: which paths it is about, and what touching them means."""

    rule: str
    severity: Severity
    patterns: tuple[str, ...]
    why: str


_TOOLS = ("python", "python3*", "pytest", "py.test", "pip", "git", "make", "sh", "bash", "env", "node", "curl")
_LEAVE = "Leave the file as it is and change product code only."
_ASK = "Leave it out, or let a person make that change."

PATH_RULES = (
    PathRule(
        "forbidden-file",
        Severity.REJECT,
        (
            *("**/__pycache__", "**/*.pyc", "**/*.pyo", "**/*.pth", "**/*.so", "**/*.pyd", "**/*.dll", "**/*.dylib"),
            *("**/*.egg-info", "**/*.dist-info", "**/site-packages", "**/.venv", "venv"),
            *("**/sitecustomize.py", "**/usercustomize.py", "**/.git"),
        ),
        "is run or loaded without anyone having read it",
    ),
    PathRule(
        "forbidden-file",
        Severity.REJECT,
        tuple(f"**/{folder}/{tool}" for folder in ("bin", "sbin") for tool in _TOOLS),
        "would be run in the place of a tool that everyone knows",
    ),
    PathRule(
        "test-configuration",
        Severity.REJECT,
        ("**/conftest.py", "**/pytest.ini", "**/.pytest.ini", "**/pytest.toml", "**/.pytest.toml"),
        "decides how tests are run",
    ),
    PathRule(
        "protected-path",
        Severity.ESCALATE,
        (
            *(
                "pyproject.toml",
                "**/setup.cfg",
                "**/tox.ini",
                "**/setup.py",
                "**/noxfile.py",
                "**/Makefile",
                "**/Justfile",
            ),
            *(
                "**/.coveragerc",
                "**/mypy.ini",
                "**/.mypy.ini",
                "**/ruff.toml",
                "**/.ruff.toml",
                "**/.flake8",
                "**/.pylintrc",
            ),
            *("**/pyrightconfig.json", "**/.pre-commit-config.yaml", "**/journeyman.toml", "**/pyproject.toml"),
        ),
        "decides how the project is built and checked",
    ),
    PathRule(
        "protected-path",
        Severity.ESCALATE,
        (
            *(".github", ".gitlab-ci.yml", ".gitlab", ".circleci", ".buildkite", ".travis.yml", "**/Jenkinsfile"),
            *("azure-pipelines.yml", "bitbucket-pipelines.yml", "**/CODEOWNERS", "**/.gitattributes", "**/.gitmodules"),
        ),
        "belongs to the project's continuous integration or version control",
    ),
    PathRule(
        "protected-path",
        Severity.ESCALATE,
        (
            *("**/*.lock", "**/requirements*.txt", "**/constraints*.txt", "**/Pipfile", "**/pip.conf"),
            *("**/package-lock.json", "**/yarn.lock", "**/pnpm-lock.yaml", "**/go.sum"),
        ),
        "decides which dependencies are installed",
    ),
    PathRule(
        "protected-path",
        Severity.ESCALATE,
        (
            *("**/AGENTS.md", "**/CLAUDE.md", "**/GEMINI.md", "**/.cursor", "**/.cursorrules", "**/.claude"),
            *("**/.vscode", "**/.devcontainer", "**/.envrc", "**/.env", "**/.github/copilot-instructions.md"),
        ),
        "instructs agents or editors",
    ),
)


def forbidden_by_name(path: str, protected: tuple[str, ...] = ()) -> Iterator[Finding]:
    """Yield at most one finding: the first built-in rule on a path's name, else the project's own globs."""
    rules = (*PATH_RULES, PathRule("protected-path", Severity.ESCALATE, protected, "is protected by [judge]"))
    for rule in rules:
        if matches(path, rule.patterns):
            yield Finding(
                rule=rule.rule,
                severity=rule.severity,
                path=path,
                reason=f"`{path}` {rule.why}",
                remedy=_ASK if rule.severity is Severity.ESCALATE else _LEAVE,
            )
            return


def is_configuration_code(path: str) -> bool:
    """Return whether a path is Python that configures the runner, which is compared as the tests are."""
    return path.rpartition("/")[2] == "conftest.py"


def out_of_scope(path: str, *, allowed: tuple[str, ...], forbidden: tuple[str, ...]) -> Iterator[Finding]:
    """Yield a finding when the spec does not let a path be changed."""
    if matches(path, forbidden):
        why = "is in a place where the spec forbids changes"
    elif allowed and not matches(path, allowed):
        why = f"is outside what the spec allows to change ({', '.join(allowed)})"
    else:
        return
    yield Finding(
        rule="out-of-scope",
        severity=Severity.REJECT,
        path=path,
        reason=f"`{path}` {why}",
        remedy="Do without this change.",
    )


def runner_sections_changed(path: str, before: bytes, after: bytes | None, roots: Collection[str]) -> Iterator[Finding]:
    """Yield a finding when a file of many masters changes in what it tells the test runner.

    Args:
        path: of the file.
        before: its content in the base, empty where it was not there.
        after: its content now; None where it is deleted.
        roots: the folders that tests are started in.
    """
    folder, _, name = path.rpartition("/")
    if name not in CONFIG_NAMES or (folder and folder not in roots):
        return
    if after is not None and _test_sections(name, before) == _test_sections(name, after):
        return
    yield Finding(
        rule="test-configuration",
        severity=Severity.REJECT,
        path=path,
        reason=f"`{path}` would tell the test runner something else",
        remedy=_LEAVE,
    )


def _test_sections(path: str, content: bytes) -> object:
    """Return what a file tells pytest; the raw content when it cannot be parsed."""
    text = content.decode("utf-8", "replace")
    try:
        if path.endswith(".toml"):
            document = tomllib.loads(text)
            tool = document.get("tool", {})
            return tool.get("pytest") if path == "pyproject.toml" else document
        ini = ConfigParser(interpolation=None, strict=False)
        ini.read_string(text)
        return {name: dict(ini.items(name)) for name in ("pytest", "tool:pytest") if ini.has_section(name)}
    except (tomllib.TOMLDecodeError, IniError, AttributeError):
        return content
