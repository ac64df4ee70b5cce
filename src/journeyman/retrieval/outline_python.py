"""The outline of Python source, by Python's own parser."""

import ast
import warnings
from collections.abc import Iterable

from journeyman.retrieval.outline import LONG_DEFINITION, Outline, Unit

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def outline(text: str) -> Outline | None:
    """Return the functions, classes and methods, or None when the text is no Python this interpreter reads."""
    try:
        with warnings.catch_warnings():
            # A doubtful escape in someone's string is not this reader's business.
            warnings.simplefilter("ignore")
            tree = ast.parse(text.removeprefix("\ufeff"))
        return Outline(units=tuple(_units(tree.body, "")), cuts=frozenset(_cuts(tree.body)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _units(body: Iterable[ast.stmt], prefix: str) -> Iterable[Unit]:
    for node in body:
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            start, end, name = _first_line(node), node.end_lineno or node.lineno, prefix + node.name
            divided = isinstance(node, ast.ClassDef) or end - start >= LONG_DEFINITION
            inner = tuple(_units(node.body, name + ".")) if divided else ()
            yield Unit(start=start, end=end, name=name, inner=inner)
        else:
            # `if TYPE_CHECKING:` and its like open no scope.
            yield from _units(_nested(node), prefix)


def _cuts(body: Iterable[ast.stmt]) -> Iterable[int]:
    for node in body:
        yield _first_line(node)
        yield from _cuts(_nested(node))


def _nested(node: ast.stmt) -> list[ast.stmt]:
    inside: list[ast.stmt] = []
    for field in ("body", "handlers", "cases", "orelse", "finalbody"):
        for child in getattr(node, field, ()):
            inside += [child] if isinstance(child, ast.stmt) else child.body
    return inside


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])
