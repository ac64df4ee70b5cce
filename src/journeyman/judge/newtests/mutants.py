"""Mutants: small breaks of the functions that a candidate changed, by the classic operators, few and in fixed order.

After DeMillo, Lipton and Sayward, "Hints on Test Data Selection" (1978): a test is worth something when it
tells the program from its near neighbours.
"""

import ast
import copy
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from journeyman.domain.candidate import FileChange
from journeyman.judge.added_text import added_lines

_SWAPS: dict[type[ast.AST], Any] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One broken version of one product file."""

    function: str
    """`name`, or `Class.name`."""
    line: int
    what: str
    content: bytes


def changed_functions(before: bytes, after: bytes) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return name → node of each function that is new or does something else; nothing if the file does not parse.

    Comments, docstrings and the place in the file change no function.
    """
    new, old = _parsed(after), _parsed(before)
    known = {name: _code(node) for name, node in _functions(old.body, "")} if old else {}
    return {name: node for name, node in _functions(new.body, "") if _code(node) != known.get(name)} if new else {}


def _parsed(source: bytes) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _code(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return what a function is without what it says of itself."""
    bare = copy.deepcopy(node)
    for inner in ast.walk(bare):
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and ast.get_docstring(inner):
            inner.body = inner.body[1:] or [ast.Pass()]
    return ast.dump(bare)


def mutants(before: bytes, after: bytes, *, most: int) -> tuple[Mutant, ...]:
    """Return at most `most` mutants of the changed lines of functions, taken in turn from each function.

    Of a function that changed by losing lines alone, any line is taken.
    """
    functions = changed_functions(before, after)
    added = added_lines(before, after)
    queues = [list(_of_function(after, name, node, added)) for name, node in sorted(functions.items())]
    found: list[Mutant] = []
    while queues and len(found) < most:
        queues = [queue for queue in queues if queue]
        found += [queue.pop(0) for queue in queues]
    return tuple(found[:most])


def subjects(product: Collection[FileChange], before: Mapping[str, bytes]) -> frozenset[str]:
    """Return the names of the functions that a candidate changes: the units under test."""
    named: set[str] = set()
    for change in product:
        if change.content and change.path.endswith(".py"):
            for name in changed_functions(before.get(change.path, b""), change.content):
                named |= set(name.split("."))
    return frozenset(named)


def _functions(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.")


def _of_function(
    source: bytes, name: str, node: ast.FunctionDef | ast.AsyncFunctionDef, added: frozenset[int]
) -> Iterator[Mutant]:
    """Yield the mutants of a function's changed lines; of all its lines when there are none."""
    skipped = {inner for s in ast.walk(node) if _only_tells(s) for inner in ast.walk(s)}
    places = [p for s in node.body for p in ast.walk(s) if isinstance(p, ast.stmt | ast.expr) and p not in skipped]
    places = [place for place in places if place.lineno in added] or places
    places.sort(key=lambda place: (place.lineno, place.col_offset))
    tree = ast.parse(source)
    for place in places:
        for what, replacement in _breaks(place):
            broken = _replaced(tree, place, replacement)
            if broken is not None:
                yield Mutant(name, place.lineno, what, broken)


def _only_tells(node: ast.AST) -> bool:
    """Return whether a statement only tells people something: a log line, a warning; no test need notice its loss."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name))):
            return name in _TELLING
        case ast.Expr(value=ast.Constant()):
            return True
    return False


_TELLING = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "log"})


def _breaks(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield (words, what to put in a node's place)."""
    match node:
        case ast.BinOp(op=op) if type(op) in _SWAPS:
            yield _said(node), ast.BinOp(left=node.left, op=_swap(op), right=node.right)
        case ast.BoolOp(op=op):
            yield _said(node), ast.BoolOp(op=_swap(op), values=node.values)
        case ast.Compare(ops=[op, *rest]) if type(op) in _SWAPS:
            yield _said(node), ast.Compare(left=node.left, ops=[_swap(op), *rest], comparators=node.comparators)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield _said(node), operand
        case ast.Constant(value=bool(value)):
            yield _said(node), ast.Constant(value=not value)
        case ast.Constant(value=int() | float() as number):
            yield _said(node), ast.Constant(value=number + 1)
        case ast.stmt():
            yield from _broken_statement(node)


def _broken_statement(node: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield "return nothing", ast.Return(value=ast.Constant(value=None))
        case ast.If(test=test):
            denied = ast.UnaryOp(op=ast.Not(), operand=test)
            yield f"deny `{ast.unparse(test)[:40]}`", ast.If(test=denied, body=node.body, orelse=node.orelse)
        case ast.Assign(targets=targets) | ast.AugAssign(target=ast.expr() as targets):
            shown = ast.unparse(targets if isinstance(targets, ast.expr) else targets[0])
            if isinstance(node, ast.AugAssign):
                yield f"leave out the change of `{shown}`", ast.Pass()
            else:
                yield f"assign nothing to `{shown}`", ast.Assign(targets=node.targets, value=ast.Constant(value=None))
        case ast.Expr(value=ast.Call()) | ast.Raise():
            yield f"leave out `{ast.unparse(node)[:40]}`", ast.Pass()


def _swap(operator: ast.AST) -> Any:
    return _SWAPS[type(operator)]()


def _said(node: ast.AST) -> str:
    return f"change `{ast.unparse(node)[:40]}`"


def _replaced(tree: ast.Module, place: ast.AST, replacement: ast.AST) -> bytes | None:
    """Return the source with one node replaced, found again by kind and position; None when it is not there."""
    swapper = _Swapper(place, replacement)
    broken = swapper.visit(copy.deepcopy(tree))
    if not swapper.done:
        return None
    return (ast.unparse(ast.fix_missing_locations(broken)) + "\n").encode("utf-8", "surrogateescape")


class _Swapper(ast.NodeTransformer):
    def __init__(self, place: ast.AST, replacement: ast.AST) -> None:
        self.place, self.replacement, self.done = place, replacement, False

    def visit(self, node: ast.AST) -> ast.AST:
        here, there = (getattr(n, "lineno", 0) for n in (node, self.place))
        if not self.done and type(node) is type(self.place) and here == there and _ends_alike(node, self.place):
            self.done = True
            return copy.deepcopy(self.replacement)
        return self.generic_visit(node)


def _ends_alike(one: ast.AST, other: ast.AST) -> bool:
    names = ("col_offset", "end_lineno", "end_col_offset")
    return all(getattr(one, name, 0) == getattr(other, name, 0) for name in names)
