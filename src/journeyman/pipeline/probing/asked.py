"""Tests and examples as questions: source -> bodies that tell what was to be asserted."""

import ast
import copy
import doctest
from collections.abc import Iterator
from dataclasses import dataclass

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_ROWS = 6
"""Of a parametrised test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One question: what stands before it and what is done."""

    name: str
    preamble: tuple[ast.stmt, ...]
    """Imports and what the test file defines beside its tests."""
    statements: tuple[ast.stmt, ...]


def bodies_of_tests(path: str, source: str) -> Iterator[Body]:
    """Yield a body for each test of a Python file that needs nothing from its runner but simple fixtures."""
    tree = _parsed(source)
    if tree is None:
        return
    fixtures = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef) and _is_fixture(node)}
    preamble = tuple(_preamble(tree))
    for name, test in _tests(tree):
        bound = _bound(test, fixtures)
        if bound is None or isinstance(test, ast.AsyncFunctionDef):
            continue
        statements = _Told().of(test.body)
        for number, row in enumerate(_rows(test)):
            suffix = f"[{number}]" if row else ""
            yield Body(name=f"{path}::{name}{suffix}", preamble=preamble, statements=(*row, *bound, *statements))


def bodies_of_examples(name: str, text: str) -> Iterator[Body]:
    """Yield one body for all that a text shows at a Python prompt; nothing when it shows nothing."""
    try:
        examples = doctest.DocTestParser().get_examples(text)
    except ValueError:
        return  # not written as a prompt shows it
    statements: list[ast.stmt] = []
    imports: list[ast.stmt] = []
    for example in examples:
        tree = _parsed(example.source)
        for node in tree.body if tree else ():
            if isinstance(node, ast.Import | ast.ImportFrom):
                imports.append(node)
            elif isinstance(node, ast.Expr):
                statements.append(_guarded([_tell(node.value)]))
            else:
                statements.append(node)
    if imports and any(isinstance(node, ast.Try) for node in statements):
        yield Body(name=name, preamble=tuple(imports), statements=tuple(statements))


class _Told(ast.NodeTransformer):
    """Turns assertions into telling."""

    def of(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        told: list[ast.stmt] = []
        for statement in copy.deepcopy(statements):
            found = self.visit(statement)
            told += found if isinstance(found, list) else [found]
        return told

    def visit_Assert(self, node: ast.Assert) -> ast.stmt | list[ast.stmt]:
        return [_tell(part) for part in _looked_at(node.test)] or ast.Pass()

    def visit_With(self, node: ast.With) -> ast.AST:
        call = node.items[0].context_expr
        if isinstance(call, ast.Call) and _last(call.func) in {"raises", "assertRaises", "assertRaisesRegex"}:
            return _guarded([*self.of(node.body), _tell(ast.Constant("nothing raised"))])
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.stmt]:
        call = node.value
        if isinstance(call, ast.Call) and _last(call.func).startswith("assert"):
            return [_tell(part) for argument in call.args[:2] for part in _looked_at(argument)] or ast.Pass()
        return node


def _looked_at(test: ast.expr) -> list[ast.expr]:
    """Return what an assertion asks of the product: the sides that are not written down."""
    match test:
        case ast.Compare(left=left, comparators=comparators):
            sides = [left, *comparators]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            sides = [operand]
        case ast.BoolOp(values=values):
            return [part for value in values for part in _looked_at(value)]
        case _:
            sides = [test]
    return [side for side in sides if not _is_written_down(side)]


def _is_written_down(node: ast.expr) -> bool:
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return names <= {"pytest", "approx"}


def _tell(value: ast.expr) -> ast.stmt:
    return ast.Expr(ast.Call(func=ast.Name("tell", ast.Load()), args=[value], keywords=[]))


def _guarded(statements: list[ast.stmt]) -> ast.stmt:
    raised = ast.parse("tell('raised ' + type(_error).__name__)").body
    handler = ast.ExceptHandler(type=ast.Name("Exception", ast.Load()), name="_error", body=raised)
    return ast.Try(body=statements, handlers=[handler], orelse=[], finalbody=[])


def _preamble(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield what tests stand on; a fixture becomes the plain function that it is."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            continue
        if isinstance(node, _Function):
            if not node.name.startswith("test"):
                plain = copy.deepcopy(node)
                plain.decorator_list = [one for one in plain.decorator_list if _last(one) != "fixture"]
                yield plain
        else:
            yield node


def _tests(tree: ast.Module) -> Iterator[tuple[str, _Function]]:
    for node in tree.body:
        if isinstance(node, _Function) and node.name.startswith("test"):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for member in node.body:
                if isinstance(member, _Function) and member.name.startswith("test"):
                    yield f"{node.name}::{member.name}", member


def _bound(test: _Function, fixtures: dict[str, ast.FunctionDef]) -> list[ast.stmt] | None:
    """Return what gives a test its arguments; None when only its runner could."""
    bound: list[ast.stmt] = []
    given = {name for names, _ in _parameters(test) for name in names}
    for argument in test.args.args:
        if argument.arg in given:
            continue
        if argument.arg == "self":
            if any(_uses_self(statement) for statement in test.body):
                return None
            continue
        fixture = fixtures.get(argument.arg)
        if fixture is None or fixture.args.args or any(isinstance(part, ast.Yield) for part in ast.walk(fixture)):
            return None
        bound += ast.parse(f"{argument.arg} = {argument.arg}()").body
    return bound


def _uses_self(statement: ast.stmt) -> bool:
    """A unittest method may call assertions of its own; anything else of `self` was set up somewhere."""
    return any(
        isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Name)
        and part.value.id == "self"
        and not part.attr.startswith("assert")
        for part in ast.walk(statement)
    )


def _rows(test: _Function) -> list[list[ast.stmt]]:
    """Return what binds the parameters of each row; one empty row for a test without any."""
    rows: list[list[ast.stmt]] = [[]]
    for names, values in _parameters(test):
        target = ast.unparse(ast.Tuple([ast.Name(name, ast.Store()) for name in names], ast.Store()))
        left = target if len(names) > 1 else names[0]
        bindings = [ast.parse(f"{left} = {ast.unparse(value)}").body for value in values[:_ROWS] if _is_row(value)]
        rows = [[*row, *binding] for row in rows for binding in bindings]
    return rows[: _ROWS * 2]


def _is_row(value: ast.expr) -> bool:
    return not (isinstance(value, ast.Call) and _last(value.func) == "param")


def _parameters(test: _Function) -> Iterator[tuple[list[str], list[ast.expr]]]:
    for mark in test.decorator_list:
        match mark:
            case ast.Call(func=func, args=[names, ast.List(elts=values) | ast.Tuple(elts=values), *_]) if (
                _last(func) == "parametrize"
            ):
                yield _names(names), values


def _names(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [name.strip() for name in text.split(",") if name.strip()]
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [str(part.value) for part in parts if isinstance(part, ast.Constant)]
    return []


def _is_fixture(node: ast.FunctionDef) -> bool:
    return any(_last(mark) == "fixture" for mark in node.decorator_list)


def _last(node: ast.expr) -> str:
    called = node.func if isinstance(node, ast.Call) else node
    return ast.unparse(called).rpartition(".")[2]


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
