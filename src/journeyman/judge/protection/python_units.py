"""A Python test file as units: its definitions, imports and statements, each with the shape that must not change.

A shape is the dump of the syntax tree without what cannot be felt: positions, comments, formatting, docstrings
nobody reads, and annotations of functions nobody decorates.
"""

import ast
import copy
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Function = ast.FunctionDef | ast.AsyncFunctionDef

_PLAIN_ANNOTATION = (
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.Constant,
    ast.Tuple,
    ast.List,
    ast.BinOp,
    ast.BitOr,
    ast.expr_context,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing a module or class body holds."""

    key: str
    """Says which unit of the other version it is compared with."""
    name: str
    """What it binds, as a node id spells it; empty for a statement that binds nothing."""
    shape: str
    node: ast.stmt

    owner: str = ""
    """The class it stands in; empty at module level."""

    @property
    def own_name(self) -> str:
        """The name without its class; empty for a statement."""
        return self.name.removeprefix(f"{self.owner}::") if self.name != self.owner else ""

    @property
    def is_import(self) -> bool:
        """Whether it is one name of an import."""
        return isinstance(self.node, ast.Import | ast.ImportFrom)

    @property
    def line(self) -> int:
        """1-based line of the definition, below its decorators."""
        return self.node.lineno


@dataclass(frozen=True, slots=True)
class TestModule:
    """One version of a test file."""

    __test__ = False

    tree: ast.Module
    units: tuple[Unit, ...]
    identifiers: frozenset[str]
    """Every name it defines, imports, takes or uses, and every string that could be one."""
    used: frozenset[str]
    """The same without what its imports bind."""

    def by_key(self) -> dict[str, Unit]:
        """Return the units by key."""
        return {unit.key: unit for unit in self.units}


def read_module(source: bytes) -> TestModule | None:
    """Return a test file's units; None when it does not parse."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
    tidy = _Tidy(keep_docstrings=b"__doc__" in source or b">>>" in source)
    units = tuple(_units(tree.body, "", tidy))
    used = _identifiers(tree)
    bound = frozenset(unit.own_name for unit in units if unit.is_import)
    return TestModule(tree=tree, units=units, identifiers=used | bound, used=used)


def imported_from(shape: str) -> str:
    """Return the module that an import unit's shape names."""
    return shape.partition("|")[0]


def is_standard(module: str) -> bool:
    """Return whether a module belongs to the standard library."""
    return module.partition(".")[0] in sys.stdlib_module_names


def _units(body: list[ast.stmt], owner: str, tidy: "_Tidy") -> Iterator[Unit]:
    """Yield the units of a body; of a class, its head and then its members."""
    seen: Counter[str] = Counter()
    prefix = f"{owner}::" if owner else ""
    if tidy.is_docstring(body):
        body = body[1:]
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for unit in _imports(node, owner):
                yield Unit(f"{unit.key}#{seen[unit.key]}", unit.name, unit.shape, node, owner)
                seen[unit.key] += 1
            continue
        kind, name = _binding(node)
        place = f"{owner} {kind} {name}" if name else f"{owner} {kind} {_shape(node, tidy)}"
        key = f"{place}#{seen[place]}"
        seen[place] += 1
        full = f"{prefix}{name}" if name else owner
        if isinstance(node, ast.ClassDef):
            yield Unit(key, full, _head(node, tidy), node, owner)
            yield from _units(node.body, full, tidy)
        elif not isinstance(node, ast.Pass):
            yield Unit(key, full, _shape(node, tidy), node, owner)


def _binding(node: ast.stmt) -> tuple[str, str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return "function", name
        case ast.ClassDef(name=name):
            return "class", name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return "name", name
    return "statement", ""


def _imports(node: ast.Import | ast.ImportFrom, owner: str) -> Iterator[Unit]:
    """Yield one unit for each name that an import binds, so that sorting and joining imports changes nothing."""
    for alias in node.names:
        if isinstance(node, ast.Import):
            module, taken = alias.name, ""
            bound = alias.asname or alias.name.partition(".")[0]
            # `import a.b` and `import a.c` bind the same name and are two imports.
            key = alias.name if not alias.asname else bound
        else:
            module, taken = f"{'.' * node.level}{node.module or ''}", alias.name
            key = bound = f"*{module}" if alias.name == "*" else alias.asname or alias.name
        yield Unit(f"{owner} import {key}", bound, f"{module}|{taken}", node)


def _head(node: ast.ClassDef, tidy: "_Tidy") -> str:
    parts = [*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)]
    return " ".join(
        [*(ast.dump(tidy.visit(copy.deepcopy(part))) for part in parts), *(str(k.arg) for k in node.keywords)]
    )


def _shape(node: ast.stmt, tidy: "_Tidy") -> str:
    return ast.dump(tidy.visit(copy.deepcopy(node)))


class _Tidy(ast.NodeTransformer):
    """Takes away what cannot be felt when a test runs."""

    def __init__(self, *, keep_docstrings: bool) -> None:
        self.keep_docstrings = keep_docstrings

    def is_docstring(self, body: list[ast.stmt]) -> bool:
        """Return whether a body begins with a docstring that nobody reads."""
        if self.keep_docstrings or not body:
            return False
        match body[0]:
            case ast.Expr(value=ast.Constant(value=str())):
                return True
        return False

    def visit_Constant(self, node: ast.Constant) -> ast.AST:  # the library's name
        node.kind = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:  # likewise
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:  # likewise
        return self._function(node)

    def _function(self, node: Function) -> ast.AST:
        self.generic_visit(node)
        if self.is_docstring(node.body):
            node.body = node.body[1:] or [ast.Pass()]
        # A foreign decorator may read annotations; pytest and plain Python do not.
        if all(is_pytest(decorator) for decorator in node.decorator_list):
            arguments = node.args
            every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
            for argument in every:
                if argument is not None and is_plain(argument.annotation):
                    argument.annotation = None
            if is_plain(node.returns):
                node.returns = None
        return node


def is_pytest(decorator: ast.expr) -> bool:
    """Return whether a decorator is one of pytest's own."""
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(target).startswith("pytest.")


def is_plain(annotation: ast.expr | None) -> bool:
    """Return whether evaluating an annotation can do nothing."""
    return annotation is None or all(isinstance(node, _PLAIN_ANNOTATION) for node in ast.walk(annotation))


def _identifiers(tree: ast.Module) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Constant(value=str(text)) if text.isidentifier():
                found.add(text)
    return frozenset(found)
