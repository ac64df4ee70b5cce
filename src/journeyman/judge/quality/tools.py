"""The repository's own linters and type checkers, run over base and candidate: only new complaints count."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from journeyman.domain.finding import Finding, Severity

_LINE = re.compile(r"^(?P<path>[^\s:][^:\n]*?):(?P<line>\d+):(?:\d+:)? (?P<said>.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Tool:
    """One checker of Python, as the base's configuration asks for it."""

    name: str
    arguments: tuple[str, ...]
    """Behind the interpreter, before the paths."""
    rule: str
    """Of what it finds."""


_RUFF = Tool(
    "ruff", ("-m", "ruff", "check", "--no-cache", "--force-exclude", "--output-format=concise"), "new-lint-error"
)
_FLAKE8 = Tool("flake8", ("-m", "flake8"), "new-lint-error")
_MYPY = Tool(
    "mypy",
    ("-m", "mypy", "--no-incremental", "--cache-dir=/dev/null", "--no-error-summary", "--no-color-output"),
    "new-type-error",
)
_SIGNS: tuple[tuple[Tool, Mapping[str, bytes]], ...] = (
    (_RUFF, {"ruff.toml": b"", ".ruff.toml": b"", "pyproject.toml": b"[tool.ruff"}),
    (_FLAKE8, {".flake8": b"", "setup.cfg": b"[flake8]", "tox.ini": b"[flake8]"}),
    (_MYPY, {"mypy.ini": b"", ".mypy.ini": b"", "pyproject.toml": b"[tool.mypy", "setup.cfg": b"[mypy"}),
)
CONFIGURATION = tuple(sorted({path for _, signs in _SIGNS for path in signs}))
"""Where a repository says which tools it uses."""


def tools_of(configs: Mapping[str, bytes]) -> tuple[Tool, ...]:
    """Return the tools that the files of the base's root configure."""
    return tuple(
        tool for tool, signs in _SIGNS if any(path in configs and mark in configs[path] for path, mark in signs.items())
    )


def is_missing(output: bytes) -> bool:
    """Return whether a tool is not installed in the project's environment."""
    return b"No module named" in output[:2000]


def new_complaints(tool: Tool, before: bytes, after: bytes, *, severity: Severity) -> Iterator[Finding]:
    """Yield a finding for each complaint that the tool makes of the candidate and did not make of the base.

    Lines move, so complaints are counted by path and words; of several alike the last ones are the new ones.
    """
    known = Counter((path, said) for path, _, said in _complaints(before))
    for path, line, said in _complaints(after):
        if known[path, said]:
            known[path, said] -= 1
            continue
        yield Finding(
            rule=tool.rule,
            severity=severity,
            path=path,
            line=line,
            reason=f"{tool.name} complains of `{path}`, line {line}, as it did not before: {said[:160]}",
            remedy="Mend what the project's own checks say.",
        )


def _complaints(output: bytes) -> list[tuple[str, int, str]]:
    text = output.decode("utf-8", "replace")
    found = [(m["path"].removeprefix("./"), int(m["line"]), m["said"].strip()) for m in _LINE.finditer(text)]
    return [complaint for complaint in found if not complaint[2].startswith("note:")]
