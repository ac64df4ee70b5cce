"""Where an answer should begin: what failed, and the tests' own words, say which definitions are meant.

A small model that is shown four files and told to change one of them copies the other three; one that is told
which function to write, writes it.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from journeyman.domain.verification import Baseline, TestOutcome, TestResult

_FRAME = re.compile(r"^(?P<path>[\w./+-]+\.py):(?P<line>\d+): ", re.MULTILINE)
_NO_NAME = re.compile(r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'")
_FENCED = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_MOST_NAMES = 4
_FAILING = {TestOutcome.FAILED, TestOutcome.ERROR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """The file an answer should begin with, and the definitions in it that are meant, as far as that is known."""

    path: str
    names: tuple[str, ...] = ()
    """Qualified within the file (`Cart.total`), in order of evidence; some may not be there yet."""


def aim_at(files: Mapping[str, str], baseline: Baseline, tests: str, *, wanted: Sequence[str]) -> Aim:
    """Return what to begin with among `files` (path → text; the likeliest first).

    The deepest frame of product code in a failure of a `wanted` test counts most, then a name that could not be
    imported. Without either it is the likeliest file, and what the shown tests (Markdown) import from it.
    """
    failing = [result for result in baseline.results if result.outcome in _FAILING and _is_wanted(result, wanted)]
    evidence = [*_framed(failing, files), *_missing(failing, files)]
    path = evidence[0][0] if evidence else next(iter(files), "")
    evidence = evidence or list(_imported(tests, files))
    names = dict.fromkeys(name for home, name in evidence if home == path)
    return Aim(path=path, names=tuple(names) if len(names) <= _MOST_NAMES else ())


def head_of(source: str, name: str) -> str:
    """Return the lines of a definition up to the end of its docstring, below the class it is a method of.

    Empty when there is no such function, or when nothing of it can be kept (it stands on one line).
    """
    try:
        node: ast.AST = ast.parse(source)
    except (SyntaxError, ValueError):
        return ""
    lines, head = source.split("\n"), []
    for part in name.split("."):
        inner = next((child for child in ast.iter_child_nodes(node) if _is_called(child, part)), None)
        if inner is None:
            return ""
        node = inner
        if isinstance(inner, ast.ClassDef):
            head.append(lines[inner.lineno - 1])
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return ""
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    last = (node.body[0].end_lineno or 0) if ast.get_docstring(node) is not None else node.body[0].lineno - 1
    return "\n".join([*head, *lines[first - 1 : last], ""]) if last >= first else ""


def _is_called(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name


def _is_wanted(result: TestResult, wanted: Sequence[str]) -> bool:
    path = result.node_id.partition("::")[0]
    return any(name in (result.node_id, path) or result.node_id.startswith(name + "[") for name in wanted)


def _framed(failing: Iterable[TestResult], files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for result in failing:
        frames = [frame for frame in _FRAME.finditer(result.message) if frame["path"] in files]
        if frames:
            path, line = frames[-1]["path"], int(frames[-1]["line"])
            if name := _enclosing(files[path], line):
                yield path, name


def _missing(failing: Iterable[TestResult], files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for result in failing:
        for found in _NO_NAME.finditer(result.message):
            if path := _home(found["module"], files):
                yield path, found["name"]


def _imported(tests: str, files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for source in _FENCED.findall(tests):
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            path = _home(node.module, files) if isinstance(node, ast.ImportFrom) and node.module else ""
            if path and isinstance(node, ast.ImportFrom):
                yield from ((path, alias.name) for alias in node.names if alias.name != "*")


def _home(module: str, files: Mapping[str, str]) -> str:
    stem = module.replace(".", "/")
    wanted = (f"{stem}.py", f"{stem}/__init__.py")
    return next((path for path in files if any(path == name or path.endswith("/" + name) for name in wanted)), "")


def _enclosing(source: str, line: int) -> str:
    """Return the qualified name of the innermost function or class at a line; empty when there is none."""
    try:
        node: ast.AST = ast.parse(source)
    except (SyntaxError, ValueError):
        return ""
    names: list[str] = []
    while inner := _definition_at(node, line):
        names.append(inner.name)
        node = inner
        if not isinstance(inner, ast.ClassDef):
            break
    return ".".join(names)


def _definition_at(node: ast.AST, line: int) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if child.lineno <= line <= (child.end_lineno or child.lineno):
                return child
        elif found := _definition_at(child, line):
            return found
    return None
