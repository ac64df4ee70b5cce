"""Rules on where a change would land: on a folder, behind a link, or in front of another module."""

import sys
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from journeyman.domain.candidate import FileChange
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.snapshot import EntryKind, TreeEntry
from journeyman.judge.suite import Suite

_RUNNER = frozenset({"pytest", "_pytest", "py", "pluggy", "iniconfig", "packaging", "_distutils_hack", "pkg_resources"})


def lands_badly(change: FileChange, entries: Mapping[str, TreeEntry]) -> Iterator[Finding]:
    """Yield a finding when a path goes through a link, takes a folder's place or replaces no regular file."""
    special = (EntryKind.SYMLINK, EntryKind.SUBMODULE)
    parents = [str(parent) for parent in PurePosixPath(change.path).parents][:-1]
    if through := next((parent for parent in parents if parent in entries), None):
        why = f"`{through}` is not a folder"
    elif change.path in entries and entries[change.path].kind in special:
        why = f"it is a {entries[change.path].kind.value} in the base commit"
    elif change.content is not None and any(path.startswith(f"{change.path}/") for path in entries):
        why = "it is a folder in the base commit"
    else:
        return
    yield Finding(
        rule="unsafe-path",
        severity=Severity.REJECT,
        path=change.path,
        reason=f"`{change.path}` cannot be changed: {why}",
        remedy="Write regular files in regular folders.",
    )


def collisions(changes: Collection[FileChange], paths: Collection[str]) -> Iterator[Finding]:
    """Yield a finding for each new path that is another's in letters of another case or form.

    Such files are two in git and one on many file systems, where the later takes the place of the first.
    """
    gone = {change.path for change in changes if change.content is None}
    taken = {_folded(part): part for path in paths if path not in gone for part in _parts(path)}
    for change in changes:
        if change.content is None or change.path in paths:
            continue
        for part in _parts(change.path):
            other = taken.setdefault(_folded(part), part)
            if other != part:
                yield Finding(
                    rule="unsafe-path",
                    severity=Severity.REJECT,
                    path=change.path,
                    reason=f"`{part}` and `{other}` are one and the same on many file systems",
                    remedy="Give it a name of its own.",
                )
                break


def _parts(path: str) -> list[str]:
    """Return a path and the folders above it."""
    return [path, *(str(parent) for parent in PurePosixPath(path).parents)][:-1]


def _folded(path: str) -> str:
    return path.lower() if path.isascii() else unicodedata.normalize("NFC", path).casefold()


def shadows(changes: Collection[FileChange], paths: Collection[str], suite: Suite) -> tuple[Finding, ...]:
    """Return a finding for each new module that would be imported in the place of another one.

    Projects that are measured apart, each from its own folder, do not see each other's modules.

    Args:
        changes: the candidate's.
        paths: every path of the ground.
        suite: says which folders importing starts from.
    """
    found: list[Finding] = []
    for root in dict.fromkeys(part.root for part in suite.parts or (suite,)):
        parts = [part for part in suite.parts or (suite,) if part.root == root]
        seen = [path for path in paths if any(part.within(path) for part in parts)]
        made = [change for change in changes if any(part.within(change.path) for part in parts)]
        starts = {start for part in parts for start in part.import_roots} | ({"src", ""} if not root else set())
        found += _shadows(made, seen, suite, starts)
    return tuple(dict.fromkeys(found))


def _shadows(
    changes: Collection[FileChange], paths: Collection[str], suite: Suite, starts: Collection[str]
) -> list[Finding]:
    gone = {change.path for change in changes if change.content is None}
    kept = [path for path in paths if path not in gone]
    roots = _import_roots(paths, suite, starts)
    known: dict[str, set[str]] = {}
    for path in kept:
        for root, name in _modules(path, roots):
            known.setdefault(name, set()).add(f"{root}/{name}")
    found: list[Finding] = []
    for change in changes:
        if change.content is None or change.path in paths or suite.is_test_file(change.path):
            continue
        found += _twin(change.path, kept, found_by=roots)
        if change.path.rpartition("/")[0] not in roots:
            found += _beside_tests(change.path, known, suite)
        for root, name in _modules(change.path, roots):
            found += _shadow(change.path, f"{root}/{name}", name=name, known=known.get(name, set()), kept=kept)
    return found


def own_modules(paths: Collection[str], suite: Suite) -> frozenset[str]:
    """Return the importable top-level names that a tree provides."""
    roots = {*suite.import_roots, "src", ""}
    return frozenset(name for path in paths if not suite.owns(path) for _, name in _modules(path, roots))


def newcomers(changes: Collection[FileChange], paths: Collection[str], suite: Suite) -> tuple[str, ...]:
    """Return the importable top-level names that the changes add, sorted; the runner knows what is installed."""
    roots = {*suite.import_roots, "src", ""}
    known = {name for path in paths for _, name in _modules(path, roots)}
    made = (change.path for change in changes if change.content is not None and not suite.owns(change.path))
    return tuple(sorted({name for path in made for _, name in _modules(path, roots)} - known))


def _import_roots(paths: Collection[str], suite: Suite, starts: Collection[str]) -> set[str]:
    """Return the folders that importing starts from; pytest adds those of tests outside packages."""
    folders = {path.rpartition("/")[0] for path in paths if path.endswith(".py") and suite.owns(path)}
    return {*starts, *(folder for folder in folders if f"{folder}/__init__.py" not in paths)}


def _modules(path: str, roots: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield (root, name) for each importable top-level name that a path provides."""
    if not path.endswith(".py"):
        return
    folder, _, file = path.rpartition("/")
    if file != "__init__.py":
        if folder in roots:
            yield folder, file.removesuffix(".py")
        return
    parent, _, name = folder.rpartition("/")
    if parent in roots and name:
        yield parent, name


def _twin(path: str, kept: Collection[str], *, found_by: Collection[str]) -> Iterator[Finding]:
    """Yield when a new package and a module of one name stand side by side: the package hides the module."""
    module = path.removesuffix("/__init__.py")
    twin = f"{module}.py" if module != path else f"{path.removesuffix('.py')}/__init__.py"
    if not path.endswith(".py") or twin not in kept or module.rpartition("/")[0] in found_by:
        return  # at the top level it is found as any other
    yield Finding(
        rule="shadowed-module",
        severity=Severity.REJECT,
        path=path,
        reason=f"`{path}` and `{twin}` have one name, and only the package is imported",
        remedy="Give the new module another name.",
    )


def _beside_tests(path: str, known: dict[str, set[str]], suite: Suite) -> Iterator[Finding]:
    """Yield when a new file in a package of tests has a product module's name.

    Under pytest nothing takes its place; a test file that is started by itself, or discovery that starts in
    the folder, imports from there first. Folders that mirror the product's are usual and stay free.
    """
    folder, _, file = path.rpartition("/")
    name = file.removesuffix(".py")
    owners = {place for place in known.get(name, ()) if not suite.owns(f"{place.lstrip('/')}.py")}
    if not (path.endswith(".py") and suite.owns(path) and owners):
        return
    yield Finding(
        rule="shadowed-module",
        severity=Severity.ESCALATE,
        path=path,
        reason=f"`{path}` is imported in the place of the project's own `{name}` where tests start in `{folder}`",
        remedy="Give the new module another name, or let a person decide.",
    )


def _shadow(path: str, place: str, *, name: str, known: set[str], kept: list[str]) -> Iterator[Finding]:
    module = place.lstrip("/")
    twin = f"{module}/__init__.py" if path == f"{module}.py" else f"{module}.py"
    if name == "__main__":
        return
    if name in sys.stdlib_module_names:
        victim = "the standard library's"
    elif name in _RUNNER:
        victim = "the test runner's"
    elif known - {place}:
        victim = f"the project's own (`{min(known - {place}).lstrip('/')}`)"
    elif twin in kept:
        victim = f"the project's own (`{twin}`)"
    else:
        return
    yield Finding(
        rule="shadowed-module",
        severity=Severity.REJECT,
        path=path,
        reason=f"`{path}` would be imported in the place of {victim} `{name}`",
        remedy="Give the new module another name.",
    )
