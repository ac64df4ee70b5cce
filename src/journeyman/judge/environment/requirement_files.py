"""pip's requirement files, made safe to install from: no code of the project, no option that leads elsewhere. Pure."""

import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from journeyman.judge.environment.recipe import Files, beside

_INCLUDE = re.compile(r"(?:-r|--requirement|-c|--constraint)[ =]*(\S+)")
_EDITABLE = re.compile(r"(?:(?:-e|--editable)[ =]*)?(\.[^\s\[]*)(?:\[([^\]]*)\])?(?:\s.*)?")
_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)")
_KEPT_OPTIONS = ("--hash", "--pre", "--only-binary", "--prefer-binary")


@dataclass(slots=True)
class Requirements:
    """What a set of requirement files asks for."""

    files: dict[str, str] = field(default_factory=dict)
    """Path → text that pip may be given; include lines lead only to one another."""
    hashed: bool = False
    pinned: bool = True
    """Every requirement names one version."""
    names: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def canonical(name: str) -> str:
    """Return a distribution's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_requirements(paths: tuple[str, ...], files: Files, *, own_name: str) -> Requirements:
    """Return requirement files and all that they include, rewritten.

    A line for the project itself becomes the lines of its declared dependencies; a line of the project's
    own name is left out; options about indexes are left out, since they are decided elsewhere.
    """
    found = Requirements()
    waiting = list(paths)
    while waiting:
        path = waiting.pop()
        if path not in found.files and path in files:
            lines = _logical_lines(files[path].decode("utf-8-sig", "replace"))
            found.files[path] = ""
            kept = [line for raw in lines for line in _line(raw, path, files, own_name, found, waiting)]
            found.files[path] = "".join(f"{line}\n" for line in kept)
    return found


def declared(files: Files, root: str, extras: tuple[str, ...] = ()) -> list[str]:
    """Return the dependencies that `pyproject.toml` declares, with those of some extras and of test groups."""
    project = _pyproject(files, root).get("project")
    if not isinstance(project, Mapping):
        return []
    optional = project.get("optional-dependencies", {})
    wanted = [project.get("dependencies", []), *(optional.get(extra.strip(), []) for extra in extras)]
    return [item for group in wanted for item in group if isinstance(item, str)]


def project_name(files: Files, root: str) -> str:
    """Return the name of the project's own distribution; empty when it has none."""
    document = _pyproject(files, root)
    poetry = document.get("tool", {}).get("poetry", {}) if isinstance(document.get("tool"), Mapping) else {}
    for section in (document.get("project"), poetry):
        if isinstance(section, Mapping) and isinstance(section.get("name"), str):
            return str(section["name"])
    found = re.search(
        r"^\[metadata\][^\[]*?^name\s*=\s*(\S+)", _text(files, beside(root, "setup.cfg")), re.MULTILINE | re.DOTALL
    )
    return found[1] if found else ""


def _line(line: str, path: str, files: Files, own_name: str, found: Requirements, waiting: list[str]) -> Iterator[str]:
    include, local = _INCLUDE.fullmatch(line), _EDITABLE.fullmatch(line)
    if include:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), include[1]))
        if target in files:
            waiting.append(target)
            yield line
        else:
            found.notes.append(f"{path}: {include[1]} is not in the base commit")
    elif local:
        folder = posixpath.normpath(posixpath.join(posixpath.dirname(path), local[1])).removeprefix(".").strip("/")
        for declared_line in declared(files, folder, tuple((local[2] or "").split(","))):
            yield from _line(declared_line, path, files, own_name, found, waiting)
    elif line.startswith("-"):
        if line.startswith(_KEPT_OPTIONS):
            yield line
    elif re.match(r"(git|hg|svn|bzr)\+|(-e|--editable)\b", line) or re.search(r"@\s*(git|hg|svn|bzr)\+", line):
        found.notes.append(f"{path}: `{line[:80]}` comes from version control and is left out")
    else:
        name = _NAME.match(line)
        if name is None or canonical(name[1]) == canonical(own_name):
            return
        found.names.add(canonical(name[1]))
        found.hashed |= "--hash" in line
        found.pinned &= bool(re.search(r"===?\s*[^*\s;]+(\s|;|$)| @ ", line))
        yield line


def _logical_lines(text: str) -> Iterator[str]:
    """Yield lines as pip sees them: continued ones joined, comments and blank ones gone."""
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        bare = re.sub(r"(^|\s)#.*$", "", line).strip()
        if bare:
            yield bare


def _pyproject(files: Files, root: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_text(files, beside(root, "pyproject.toml")))
    except tomllib.TOMLDecodeError:
        return {}


def _text(files: Files, path: str) -> str:
    return files.get(path, b"").decode("utf-8", "replace")
