"""The literal-overlap detector: added product code that answers the tests' own examples by heart.

An example is what one assertion or one row of parameters says: the set of its literals. Code that
branches on some of them to return the rest has memorised it.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import product as pairs

from journeyman.domain.finding import Finding, Severity
from journeyman.judge.added_text import added_lines

_TRIVIAL = frozenset(map(repr, (0, 1, -1, "", True, False, None)))
_ENOUGH_ENTRIES = 2
_TELLING_LITERALS = 3
_ENOUGH_ROWS = 3
_ROWS_CHARS = 20_000
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.])")

Example = frozenset[str]


def examples_in(tests: Iterable[bytes]) -> frozenset[Example]:
    """Return the examples in the sources of test files; files that do not parse hold none."""
    found: set[Example] = set()
    for source in tests:
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Assert | ast.Tuple | ast.Call):
                found.add(_literals(node))
    return frozenset(example for example in found if len(example) > 1 and example - _TRIVIAL)


def memorised(path: str, before: bytes, after: bytes, examples: frozenset[Example]) -> Iterator[Finding]:
    """Yield an ESCALATE finding when added lines map inputs of the tests to the outputs they ask for."""
    try:
        tree = ast.parse(after)
    except (SyntaxError, ValueError, RecursionError):
        return
    added = added_lines(before, after)
    for node in ast.walk(tree):
        if getattr(node, "lineno", 0) not in added:
            continue
        entries = _entries(node) or _written_rows(node, examples)
        hits = [entry for entry in entries if entry in examples]
        if not hits or len(hits) * 2 < len(entries):
            continue
        if len(hits) >= _ENOUGH_ENTRIES or max(map(len, hits)) >= _TELLING_LITERALS:
            yield Finding(
                rule="memorised-examples",
                severity=Severity.ESCALATE,
                path=path,
                line=getattr(node, "lineno", 0),
                reason=f"product code answers {len(hits)} example(s) of the tests by heart",
                remedy="Compute the answer for every input, or let a person decide.",
            )


def memorised_data(path: str, before: bytes, after: bytes, examples: frozenset[Example]) -> Iterator[Finding]:
    """Yield an ESCALATE finding when a data file beside the product comes to hold the tests' examples."""
    known = rows_of(before[:_ROWS_CHARS].decode("utf-8", "replace"), examples)
    rows = rows_of(after[:_ROWS_CHARS].decode("utf-8", "replace"), examples)
    if len(rows) > len(known):
        yield Finding(
            rule="memorised-examples",
            severity=Severity.ESCALATE,
            path=path,
            reason=f"`{path}` holds {len(rows)} examples of the tests, inputs and answers",
            remedy="Compute the answer for every input, or let a person decide.",
        )


def _entries(node: ast.AST) -> list[Example]:
    """Return what a node maps by heart: each input's literals together with its answer's."""
    match node:
        case ast.Dict(keys=keys, values=values):
            couples = [(key, value) for key, value in zip(keys, values, strict=True) if key is not None]
            return [_literals(k) | _literals(v) for k, v in couples if _constant(k) and _constant(v)]
        case ast.If() | ast.IfExp() | ast.Match():
            return [_literals(test) | _literals(answer) for test, answer in _branches(node)]
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            branches = [b for inner in node.body if isinstance(inner, ast.If) for b in _branches(inner)]
            return [_literals(test) | _literals(answer) for test, answer in branches]
    return []


def _written_rows(node: ast.AST, examples: frozenset[Example]) -> list[Example]:
    """Return the examples that a text spells out one after the other, as a table of numbers does."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str | bytes):
        return []
    text = node.value.decode("latin-1") if isinstance(node.value, bytes) else node.value
    return rows_of(text[:_ROWS_CHARS], examples)


def rows_of(text: str, examples: frozenset[Example]) -> list[Example]:
    """Return the runs of numbers in a text that are examples of the tests, none counted twice."""
    numbers = _NUMBER.findall(text)
    sizes = {len(example) for example in examples}
    windows = {frozenset(numbers[i : i + size]) for size in sizes for i in range(len(numbers) - size + 1)}
    found = [window for window in windows & examples if len(window) >= _TELLING_LITERALS]
    return found if len(found) >= _ENOUGH_ROWS else []


def _branches(node: ast.If | ast.IfExp | ast.Match) -> Iterator[tuple[ast.AST, ast.expr]]:
    """Yield (condition, constant answer) of a chain of branches."""
    if isinstance(node, ast.IfExp):
        yield from ((node.test, answer) for answer in (node.body,) if _constant(answer))
        if isinstance(node.orelse, ast.IfExp):
            yield from _branches(node.orelse)
        return
    if isinstance(node, ast.Match):
        for arm in node.cases:
            yield from pairs([arm.pattern], _answers(arm.body))
        return
    yield from pairs([node.test], _answers(node.body))
    for inner in node.orelse:
        if isinstance(inner, ast.If):
            yield from _branches(inner)


def _answers(body: list[ast.stmt]) -> list[ast.expr]:
    values = [s.value for s in body if isinstance(s, ast.Return | ast.Assign) and s.value is not None]
    return [value for value in values if _constant(value)]


def _constant(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _literals(node: ast.AST) -> Example:
    return frozenset(repr(inner.value) for inner in ast.walk(node) if isinstance(inner, ast.Constant))
