"""Detection: what a repository is written in and how its tests run, from its files alone."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from journeyman.domain.errors import UserError
from journeyman.judge.suite import Suite
from journeyman.settings import JudgeSettings

_LANGUAGES = {
    ".py": "Python",
    ".js": "JavaScript",
    ".ts": "TypeScript",
    ".go": "Go",
    ".rs": "Rust",
    ".java": "Java",
    ".kt": "Kotlin",
    ".rb": "Ruby",
    ".cs": "C#",
    ".c": "C",
    ".cpp": "C++",
    ".php": "PHP",
}
_SKIPPED = {"node_modules", "__pycache__", "venv", "build", "dist", "target", "vendor"}
_MOST_FILES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found, ready for a journeyman.toml."""

    language: str
    python: str
    """Interpreter relative to the repository; empty when none was found in it."""
    test_paths: tuple[str, ...]
    product_paths: tuple[str, ...]
    notes: tuple[str, ...]
    """For people, one line each."""


def detect(repo: Path) -> Findings:
    """Look at a directory.

    Raises:
        UserError: it is no directory, or holds nothing that can be judged yet.
    """
    if not repo.is_dir():
        raise UserError(f"{repo} is not a directory", remedy="Name the repository: --repo DIR.")
    files = _files(repo)
    language = _language(files)
    suites = _suites(repo, files, language)
    python = next((name for name in (".venv/bin/python", "venv/bin/python") if (repo / name).exists()), "")
    tests = tuple(sorted({path.split("/")[0] for path in files if _is_test(path) and "/" in path}))
    product = _product_paths(files, tests)
    runners = [f"{suite.runner}:{suite.root}" if suite.root else suite.runner for suite in suites]
    notes = [f"Language: {language}; tests: {', '.join(runners)}" + (f" in {', '.join(tests)}" if tests else "")]
    if language == "Python":
        notes.append(
            f"Interpreter: {python}" if python else "Interpreter: the one that runs Journeyman (no .venv found here)"
        )
    return Findings(language=language, python=python, test_paths=(), product_paths=product, notes=tuple(notes))


def _suites(repo: Path, files: list[str], language: str) -> tuple[Suite, ...]:
    from journeyman.judge.runners.roster import recognise

    def read(path: str) -> bytes:
        return (repo / path).read_bytes()

    try:
        suites = recognise(tuple(sorted(files)), read, JudgeSettings())
    except UserError:
        suites = ()
    # pytest answers for any Python there is, tests or not; where that is not the point, it is no answer.
    if not suites or (language != "Python" and not any(map(_has_tests(suites), files))):
        what = f"mostly {language}" if language else "no source code that is recognised"
        raise UserError(
            f"{repo} holds {what}, and no test runner is recognised",
            remedy="Add a suite of pytest or another known tool, or write a journeyman.toml that names a command.",
        )
    return suites


def _has_tests(suites: tuple[Suite, ...]) -> Callable[[str], bool]:
    return lambda path: any(suite.is_test_file(path) or suite.inline(path) for suite in suites)


def _files(repo: Path) -> list[str]:
    found: list[str] = []
    for folder, folders, names in os.walk(repo):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        found += [str((Path(folder) / name).relative_to(repo).as_posix()) for name in sorted(names)]
        if len(found) > _MOST_FILES:
            break
    return found


def _language(files: list[str]) -> str:
    counts: dict[str, int] = {}
    for path in files:
        if name := _LANGUAGES.get(Path(path).suffix):
            counts[name] = counts.get(name, 0) + 1
    return max(counts, key=lambda name: counts[name], default="")


def _is_test(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py"))


def _product_paths(files: list[str], tests: tuple[str, ...]) -> tuple[str, ...]:
    """Return globs of the packages: `src/**` where there is a src layout, else each package at the root."""
    if any(path.startswith("src/") and path.endswith(".py") for path in files):
        return ("src/**",)
    packages = {path.split("/")[0] for path in files if path.endswith("/__init__.py") and path.count("/") == 1}
    return tuple(f"{name}/**" for name in sorted(packages - set(tests)))
