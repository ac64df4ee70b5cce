"""Checks made looser: a configuration file that asks for less of the code than it did, in words.

Keys are read by what they mean in coverage, mypy, ruff, flake8, pylint, bandit and pyright alike: lists that
excuse may not grow, lists that demand may not shrink, floors may not sink, strictness may not be switched off.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as IniError

from journeyman.domain.finding import Finding, Severity
from journeyman.judge.globs import matches

_TOML = ("**/pyproject.toml", "**/ruff.toml", "**/.ruff.toml")
_INI = ("**/setup.cfg", "**/tox.ini", "**/.coveragerc", "**/mypy.ini", "**/.mypy.ini", "**/.flake8", "**/.pylintrc")
_JSON = ("**/pyrightconfig.json", "**/.eslintrc.json", "**/tsconfig.json")
_EXCUSES = frozenset(
    {
        *("ignore", "extend-ignore", "extend_ignore", "exclude", "extend-exclude", "extend_exclude", "omit"),
        *("exclude_lines", "exclude_also", "per-file-ignores", "per_file_ignores", "disable", "skips", "exclude_dirs"),
        *("disable_error_code", "extend-per-file-ignores", "partial_branches", "exclude-dirs"),
    }
)
_DEMANDS = frozenset({"select", "extend-select", "extend_select", "enable", "enable_error_code", "source", "files"})
_FLOORS = frozenset({"fail_under", "fail-under", "minimum_coverage"})
_CEILINGS = frozenset({"max-complexity", "max_complexity"})
_STRICT = ("strict", "disallow_", "check_untyped", "warn_", "no_implicit", "branch", "extra_checks", "noimplicit")
_LENIENT = frozenset(
    {"ignore_errors", "ignore_missing_imports", "implicit_optional", "allow_untyped_defs", "skip_empty"}
)
_BESIDE = re.compile(r"(^|[/\"'*^(])(tests?|testing|typing[_-]\w+|docs?|examples?|bench\w*|scripts?)([/*.]|$)")
_REVISION = re.compile(rb"^\s*rev:.*$", re.MULTILINE)
_OFF = frozenset({"false", "none", "off", "0", "no", ""})


def loosened(path: str, before: bytes, after: bytes | None) -> Iterator[Finding]:
    """Yield a REJECT finding for each check that a configuration file asks for no more, or less sharply."""
    was, now = _settings(path, before), _settings(path, after or b"")
    if was is None or now is None:
        return
    for key in sorted({*was, *now}):
        words = _looser(key, was.get(key, ""), now.get(key, ""))
        if words:
            yield Finding(
                rule="check-loosened",
                severity=Severity.REJECT,
                path=path,
                line=_line_of(key, after or b""),
                reason=f"the candidate {words} in `{path}`, so that less is asked of the code",
                remedy="Leave the checks as they are; thresholds may rise, never fall.",
            )


def only_describes(path: str, before: bytes, after: bytes | None) -> bool:
    """Return whether a project file changes only in what it says about the project, its version for example."""
    if after is not None and path.endswith(".pre-commit-config.yaml"):
        return _REVISION.sub(b"", before) == _REVISION.sub(b"", after)
    if after is None or not matches(path, ("**/pyproject.toml", "**/setup.cfg")):
        return False
    was, now = _settings(path, before), _settings(path, after)
    if not was or not now:
        return False
    changed = [key for key in {*was, *now} if was.get(key) != now.get(key)]
    return bool(changed) and all(_describes(key) for key in changed)


_DESCRIBING = frozenset(
    {
        *("version", "description", "readme", "authors", "maintainers", "keywords", "classifiers", "urls", "license"),
        *("license-files", "author", "author_email", "author-email", "url", "long_description", "project_urls", "name"),
        *("maintainer", "maintainer_email", "long_description_content_type", "license_files", "documentation"),
    }
)


def _describes(key: str) -> bool:
    parts = key.split("\0")
    if parts[0] == "project" or parts[:2] == ["tool", "poetry"]:
        return any(part in _DESCRIBING for part in parts[1:3])
    return parts[0] == "metadata" or parts[:2] in (
        ["tool", "towncrier"],
        ["tool", "commitizen"],
        ["tool", "bumpversion"],
    )


def _looser(key: str, was: str, now: str) -> str:
    parts = key.split("\0")
    name, shown = parts[-1], " ".join(parts)
    if was == now or "pytest" in parts or parts[0] == "project":
        return ""
    excused = any(part in _EXCUSES for part in parts)
    if any(_BESIDE.search(part) for part in parts):
        return ""  # what is asked of tests, examples and documentation is no part of the product
    if excused and (more := _entries(now) - _entries(was)):
        return f"excuses {_listed(more)} (`{shown}`)"
    if name in _DEMANDS and was and (fewer := _entries(was) - _entries(now)):
        return f"asks no more for {_listed(fewer)} (`{shown}`)"
    if name in _FLOORS | _CEILINGS:
        return _moved(shown, was, now, floor=name in _FLOORS)
    if name.lower().startswith(_STRICT) and was.lower() not in _OFF and now.lower() in _OFF:
        return f"switches `{shown}` off"
    if name in _LENIENT and now.lower() not in _OFF and was.lower() in _OFF:
        return f"switches `{shown}` on"
    return ""


def _moved(shown: str, was: str, now: str, *, floor: bool) -> str:
    try:
        before = float(was) if was else None
        after = float(now) if now else None
    except ValueError:
        return ""
    if before is None:
        return ""
    if after is None or (after < before if floor else after > before):
        return f"{'lowers' if floor else 'raises'} `{shown}` from {was} to {now or 'nothing'}"
    return ""


def _entries(value: str) -> set[str]:
    parts = (part.strip() for part in value.replace(",", "\n").splitlines())
    return {part for part in parts if part and part[0] != "#" and not _BESIDE.search(part)}


def _listed(values: set[str]) -> str:
    named = ", ".join(f"`{value}`" for value in sorted(values)[:4])
    return named if len(values) <= 4 else f"{named} and {len(values) - 4} more"


def _settings(path: str, content: bytes) -> dict[str, str] | None:
    """Return a configuration file as flat text: keys joined by NUL, lists one entry a line; None if unreadable."""
    text = content.decode("utf-8", "replace")
    try:
        if matches(path, _TOML):
            return dict(_flat(tomllib.loads(text), ()))
        if matches(path, _JSON):
            return dict(_flat(json.loads(text or "{}"), ()))
        if matches(path, _INI):
            ini = ConfigParser(interpolation=None, strict=False, allow_no_value=True)
            ini.read_string(text)
            return {f"{section}\0{key}": value or "" for section in ini.sections() for key, value in ini.items(section)}
    except (ValueError, IniError, RecursionError):
        return None
    return None


def _flat(value: object, at: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, (*at, str(key)))
    elif isinstance(value, list):
        if all(isinstance(item, Mapping) for item in value) and value:
            for item in value:
                name = str(item.get("module", item.get("name", "")))
                yield from _flat({k: v for k, v in item.items() if k not in {"module", "name"}}, (*at, name))
        else:
            yield "\0".join(at), "\n".join(map(str, value))
    else:
        yield "\0".join(at), str(value)


def _line_of(key: str, content: bytes) -> int:
    name = key.rpartition("\0")[2].encode()
    return next((number for number, line in enumerate(content.splitlines(), 1) if name in line.lower()), 0)
