"""Tests beyond test folders: doctests in product files, and helpers and data that tests reach outside."""

import ast
import doctest
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath

from journeyman.domain.candidate import FileChange
from journeyman.domain.finding import Finding, Severity
from journeyman.judge.ground_tree import GroundTree
from journeyman.judge.structure import own_modules
from journeyman.judge.suite import CONFIG_NAMES

_DOCTEST_SIGNS = (b"doctest-modules", b"doctest_modules", b"doctest-glob", b"DocTestSuite", b"doctest.testmod")
_PROSE = ("readme", "changelog", "changes", "license", "contributing", "pyproject", "setup", "tox", "makefile", "news")
_TELLING_NAME_CHARS = 5


async def beyond_folders(
    changes: tuple[FileChange, ...], before: Mapping[str, bytes], laid: GroundTree
) -> list[Finding]:
    """Return what was done to tests, and to what tests are made of, in files that count as product."""
    outside = tuple(change for change in changes if change.path in before and not laid.suite.owns(change.path))
    if not outside:
        return []
    paths = laid.paths()
    tests = await laid.read(path for path in paths if path.endswith(".py") and laid.suite.owns(path))
    configs = await laid.read(CONFIG_NAMES)
    found: list[Finding] = []
    own = own_modules(paths, laid.suite)
    doctests = any(sign in content for content in (*configs.values(), *tests.values()) for sign in _DOCTEST_SIGNS)
    for change in outside:
        old = before[change.path]
        if doctests and change.content is not None and b">>>" in old:
            found += _examples_changed(change.path, old, change.content)
        if not change.path.endswith(".py"):
            found += _data_changed(change.path, tests)
        elif not _is_helper(old, inside=_in_a_package(change.path, paths), own=own):
            continue
        elif _reached_by_tests_alone(change.path, tests, await _product(laid)):
            found.append(
                _finding(
                    change.path, "test-helper-changed", "which only the tests use and which checks things for them"
                )
            )
    return found


async def _product(laid: GroundTree) -> dict[str, bytes]:
    return await laid.read(path for path in laid.paths() if path.endswith(".py") and not laid.suite.owns(path))


def _examples_changed(path: str, before: bytes, after: bytes) -> Iterator[Finding]:
    """Yield a finding for each thing whose documented examples are no more all there."""
    now = _examples(path, after)
    for name, examples in _examples(path, before).items():
        lost = examples - now.get(name, Counter())
        if lost:
            source, want = next(iter(lost))
            yield Finding(
                rule="test-changed",
                severity=Severity.REJECT,
                path=path,
                node_id=f"{path}::{name}" if name else "",
                reason=f"the candidate changes or removes the example `{source.strip()[:60]}` (`{want.strip()[:40]}`) "
                f"of `{name or path}`, which is run as a test (doctest-changed)",
                remedy="Leave examples that are tests as they are; add new ones beside them.",
            )


def _examples(path: str, source: bytes) -> dict[str, Counter[tuple[str, str]]]:
    """Return name → the doctest examples of its docstring; of a text file, all of them under no name."""
    texts: dict[str, str] = {}
    if path.endswith(".py"):
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError):
            return {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                name = "" if isinstance(node, ast.Module) else node.name
                texts[name] = texts.get(name, "") + (ast.get_docstring(node) or "") + "\n\n"
    else:
        texts[""] = source.decode("utf-8", "replace")
    found: dict[str, Counter[tuple[str, str]]] = {}
    for name, text in texts.items():
        try:
            examples = doctest.DocTestParser().get_examples(text)
        except ValueError:
            continue
        found[name] = Counter((example.source, example.want) for example in examples)
    return found


def _data_changed(path: str, tests: Mapping[str, bytes]) -> Iterator[Finding]:
    name = PurePosixPath(path).name
    if (
        len(name) < _TELLING_NAME_CHARS
        or "." not in name
        or name.lower().startswith(_PROSE)
        or path.startswith("docs/")
    ):
        return
    quoted = name.encode()
    reader = next((test for test, content in sorted(tests.items()) if quoted in content), "")
    if reader:
        yield _finding(path, "test-data-changed", f"which `{reader}` speaks of")


def _in_a_package(path: str, paths: Collection[str]) -> bool:
    """Return whether a module is part of a package, where asserting is a way of telling a type checker things."""
    return f"{path.rpartition('/')[0]}/__init__.py".lstrip("/") in paths


def _is_helper(source: bytes, *, inside: bool, own: frozenset[str] = frozenset()) -> bool:
    """Return whether a module outside test folders was made for tests: it asserts, or asks a test tool to.

    Args:
        source: of the module.
        inside: it is part of a package: then only a test tool says that it was made for tests.
        own: top-level modules of the repository itself, which may be such a tool.
    """
    tools = {"pytest", "unittest"} - own
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return False
    for node in ast.walk(tree):
        match node:
            case ast.Assert() if not inside:
                return True
            case ast.Import(names=aliases) if any(a.name.partition(".")[0] in tools for a in aliases):
                return True
            case ast.ImportFrom(module=str(module), level=0) if module in {*tools, "unittest.mock"}:
                return True
    return False


def _reached_by_tests_alone(path: str, tests: Mapping[str, bytes], product: Mapping[str, bytes]) -> bool:
    parts = PurePosixPath(path).with_suffix("").parts
    stem = (parts[-2] if parts[-1] == "__init__" and len(parts) > 1 else parts[-1]).encode()
    used = any(_imports(content, stem) for content in tests.values())
    return used and not any(_imports(content, stem) for other, content in product.items() if other != path)


def _imports(source: bytes, stem: bytes) -> bool:
    lines = (line for line in source.splitlines() if b"import" in line and stem in line)
    return any(stem in line.replace(b",", b" ").replace(b".", b" ").split() for line in lines)


def _finding(path: str, rule: str, why: str) -> Finding:
    return Finding(
        rule=rule,
        severity=Severity.ESCALATE,
        path=path,
        reason=f"the candidate changes `{path}`, {why}",
        remedy="Leave what the tests are made of as it is, or let a person decide.",
    )
