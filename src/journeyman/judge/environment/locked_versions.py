"""Lock files of Poetry, PDM and Pipenv, as requirement lines with hashes that pip installs without resolving. Pure."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from journeyman.domain.errors import UserError
from journeyman.judge.environment.requirement_files import canonical

_INDEX_SOURCES = ("legacy", "pypi", None)


def poetry_lines(content: bytes, *, own_name: str) -> Iterator[str]:
    """Yield a line for each package of a `poetry.lock`, of all groups and extras.

    Raises:
        UserError: it cannot be read.
    """
    for package in _packages(content, "poetry.lock"):
        source = package.get("source")
        if isinstance(source, Mapping) and source.get("type") not in _INDEX_SOURCES:
            continue  # a folder or version control: code of the project, or none that has a hash
        yield from _line(package, _hashes(package), _poetry_marker(package), own_name)


def pdm_lines(content: bytes, *, own_name: str) -> Iterator[str]:
    """Yield a line for each package of a `pdm.lock`.

    Raises:
        UserError: it cannot be read.
    """
    for package in _packages(content, "pdm.lock"):
        # Extras have entries of their own that repeat the package.
        if package.get("extras") or package.get("path") or package.get("git"):
            continue
        yield from _line(package, _hashes(package), _and(_python(package), package.get("marker")), own_name)


def pipenv_lines(content: bytes, *, own_name: str) -> Iterator[str]:
    """Yield a line for each package of a `Pipfile.lock`, those for development included.

    Raises:
        UserError: it cannot be read.
    """
    try:
        document = json.loads(content)
        sections = [document.get(section, {}) for section in ("default", "develop")]
        merged = {name: package for section in sections for name, package in section.items()}
    except (ValueError, AttributeError) as error:
        raise _unreadable("Pipfile.lock", error) from error
    for name, package in merged.items():
        if "version" in package:
            found = {"name": name, "version": package["version"].removeprefix("==")}
            yield from _line(found, package.get("hashes", ()), package.get("markers", ""), own_name)


def _packages(content: bytes, name: str) -> Sequence[Mapping[str, Any]]:
    try:
        packages = tomllib.loads(content.decode())["package"]
    except (ValueError, KeyError) as error:
        raise _unreadable(name, error) from error
    if not all(isinstance(package, dict) and {"name", "version"} <= package.keys() for package in packages):
        raise _unreadable(name, "a package has no name or no version")
    return packages  # type: ignore[no-any-return] # checked above


def _unreadable(name: str, error: object) -> UserError:
    return UserError(f"{name} of the base commit cannot be read: {error}", remedy="Lock again and commit it.")


def _line(package: Mapping[str, Any], hashes: Sequence[str], marker: str, own_name: str) -> Iterator[str]:
    if canonical(package["name"]) != canonical(own_name) and not _for_another_system(package):
        condition = f" ; {marker}" if marker else ""
        known = "".join(f" --hash={value}" for value in sorted(hashes))
        yield f"{package['name']}=={package['version']}{condition}{known}"


def _hashes(package: Mapping[str, Any]) -> list[str]:
    return [file["hash"] for file in package.get("files", ()) if "hash" in file]


def _for_another_system(package: Mapping[str, Any]) -> bool:
    """Return whether every file of a package is a wheel for Windows or macOS; older locks say no more."""
    files = [str(file.get("file", file.get("url", ""))) for file in package.get("files", ())]
    return bool(files) and all(re.search(r"-(win32|win_\w+|macosx_\w+)\.whl$", name) for name in files)


def _poetry_marker(package: Mapping[str, Any]) -> str:
    marker = package.get("markers", "")
    if isinstance(marker, Mapping):  # one for each group: any of them is reason enough
        marker = " or ".join(f"({text})" for text in marker.values()) if all(marker.values()) else ""
    return str(marker)


def _python(package: Mapping[str, Any]) -> str:
    wanted = package.get("requires_python", "")
    parts = [part.strip() for part in wanted.split(",") if part.strip() and "*" not in part]
    return " and ".join(_comparison(part) for part in parts)


def _comparison(part: str) -> str:
    operator = part.rstrip("0123456789. ")
    version = part[len(operator) :].strip()
    return f"python_full_version {operator.strip()} '{version}'" if operator else ""


def _and(*markers: str | None) -> str:
    present = [f"({marker})" for marker in markers if marker]
    return " and ".join(present)
