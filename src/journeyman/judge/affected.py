"""Which test files a change can reach: the import graph of a tree, walked backwards. Pure.

Only an order of work follows from it, so a guess is good enough: what is imported by a computed name is
missed here and caught by the whole suite, which always runs before anything is accepted.
"""

import re
from collections.abc import Collection, Mapping

from journeyman.judge.suite import Suite

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+([^#\n]*)|import[ \t]+([\w., \t]+))", re.MULTILINE
)


def affected_tests(sources: Mapping[str, bytes], changed: Collection[str], suite: Suite) -> tuple[str, ...]:
    """Return the test files that reach a changed file by importing, sorted.

    Args:
        sources: every Python file of the tree, by path.
        changed: paths that the candidate changes.
        suite: says where importing starts and which files are tests.
    """
    modules = {name: path for path in sources for name in _names(path, suite.import_roots)}
    importers: dict[str, set[str]] = {}
    for path, source in sources.items():
        for name in _imported(path, source):
            if (target := modules.get(name)) is not None:
                importers.setdefault(target, set()).add(path)
    reached, waiting = set(changed), list(changed)
    while waiting:
        path = waiting.pop()
        below = importers.get(path, set())
        if path.endswith("conftest.py"):
            folder = path.removesuffix("conftest.py")
            below = below | {other for other in sources if other.startswith(folder)}
        waiting += below - reached
        reached |= below
    return tuple(sorted(path for path in reached if path in sources and suite.is_test_file(path)))


def _names(path: str, roots: Collection[str]) -> set[str]:
    """Return every dotted name under which a file may be imported; also from its own folder, as tests are."""
    stem = path.removesuffix(".py").removesuffix("/__init__")
    starts = {f"{root}/" if root else "" for root in (*roots, "")} | {path.rpartition("/")[0] + "/"}
    return {stem.removeprefix(start).replace("/", ".") for start in starts if stem.startswith(start)}


def _imported(path: str, source: bytes) -> set[str]:
    """Return the dotted names that a file may import; `from a import b` counts as `a` and `a.b`."""
    package = path.split("/")[:-1]
    found: set[str] = set()
    for origin, names, plain in _IMPORT.findall(source):
        if plain:
            found.update(part.split(b" as ")[0].strip().decode("utf-8", "replace") for part in plain.split(b","))
            continue
        text = origin.decode("utf-8", "replace")
        dots = len(text) - len(text.lstrip("."))
        head = [*package[: len(package) - dots + 1], text[dots:]] if dots else [text]
        base = ".".join(part for part in head if part)
        found |= {base} | {f"{base}.{name}" for name in re.findall(r"\w+", names.decode("utf-8", "replace"))}
    return {".".join(name.split(".")[:length]) for name in found for length in range(1, name.count(".") + 2)}
