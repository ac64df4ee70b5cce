"""The Python projects of a tree: one at its root, or, where the root describes none, those in its folders.

A tool started in the root of such a repository would find neither the projects' code nor their configuration,
so each is measured from its own folder, as its developers do.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from configparser import ConfigParser
from configparser import Error as IniError
from dataclasses import dataclass

from journeyman.domain.errors import UserError
from journeyman.judge.runners.runner import TreeView
from journeyman.judge.suite import CONFIG_NAMES, TEST_FOLDERS, Suite, pytest_options

_APART = TEST_FOLDERS | {"fixtures", "node_modules", "site-packages", ".venv", "venv", "vendor", "_vendor"}
"""What lies below these is material, not a project of the repository's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonProject:
    """One folder that tests are started in."""

    root: str = ""
    configs: Mapping[str, bytes]
    """What lies directly in it, of the files where configuration is looked for."""
    elsewhere: tuple[str, ...] = ()
    """Folders below it that are projects of their own."""


def python_projects(view: TreeView) -> tuple[PythonProject, ...]:
    """Return the projects of a tree, the root's first; the root's holds whatever belongs to no other.

    The root is the only one where it configures pytest, or where no folder does and it describes a project. A person
    who names runners with their folders may mean any of them, so then all are returned and none leaves others out.
    """
    configured = _outermost(root for root in _roots(view) if _apart(root, of="pytest") and _configures(view, root))
    asked = view.settings.runner != "auto"
    if asked:
        folders = (*configured, *(root for root in _described(view) if root not in configured))
    elif _configures(view, "", strict=True) or not (configured or not _is_project(view, "")):
        folders = ()
    else:
        folders = configured or _described(view)
    rest = PythonProject(configs=_configs(view, ""), elsewhere=() if asked else folders)
    return (rest, *(PythonProject(root=root, configs=_configs(view, root)) for root in folders))


def worth_running(suites: Sequence[Suite], view: TreeView) -> tuple[Suite, ...]:
    """Return the suites of several projects that have a file of tests; one alone stays."""
    if len(suites) == 1 or view.settings.runner != "auto":
        return tuple(suites)
    return tuple(suite for suite in suites if any(map(suite.is_test_file, view.paths)))


def _described(view: TreeView) -> tuple[str, ...]:
    return _outermost(root for root in _roots(view) if _apart(root, of="project") and _is_project(view, root))


def _apart(root: str, *, of: str) -> bool:
    """Return whether a folder can be a project: `tests/pytest.ini` may configure, `tests/data/pyproject.toml` not."""
    parts = root.split("/")
    return root != "" and _APART.isdisjoint(parts[:-1] if of == "pytest" else parts)


def _roots(view: TreeView) -> Iterator[str]:
    for path in view.paths:
        folder, _, name = path.rpartition("/")
        if name in CONFIG_NAMES or name == "setup.py":
            yield folder


def _outermost(roots: Iterator[str]) -> tuple[str, ...]:
    found: list[str] = []
    for root in sorted(set(roots)):
        if not any(root.startswith(f"{other}/") for other in found):
            found.append(root)
    return tuple(found)


def _configs(view: TreeView, root: str) -> dict[str, bytes]:
    places = {name: f"{root}/{name}" if root else name for name in CONFIG_NAMES}
    return {name: view.contents[place] for name, place in places.items() if place in view.contents}


def _configures(view: TreeView, root: str, *, strict: bool = False) -> bool:
    """Return whether a folder tells pytest something.

    Raises:
        UserError: it cannot be read, and `strict` says that this matters.
    """
    for name, content in _configs(view, root).items():
        try:
            if pytest_options(name, content) is not None:
                return True
        except UserError:
            if strict:
                raise
    return False


def _is_project(view: TreeView, root: str) -> bool:
    """Return whether a folder describes something that can be installed."""
    if (f"{root}/setup.py" if root else "setup.py") in view.paths:
        return True
    configs = _configs(view, root)
    try:
        manifest = tomllib.loads(configs.get("pyproject.toml", b"").decode("utf-8", "replace"))
        ini = ConfigParser(interpolation=None, strict=False)
        ini.read_string(configs.get("setup.cfg", b"").decode("utf-8", "replace"))
    except (tomllib.TOMLDecodeError, IniError):
        return False
    tool = manifest.get("tool", {})
    return bool({"project", "build-system"} & manifest.keys() or "poetry" in tool or ini.has_section("metadata"))
