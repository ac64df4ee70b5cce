"""Values that compare by rules of their own: what an assertion asks of them, they answer themselves."""

import ast
from collections.abc import Mapping

COMPARISONS = frozenset({"__eq__", "__ne__", "__bool__", "__lt__", "__le__", "__gt__", "__ge__", "__contains__"})
_VALUES = frozenset(
    {"int", "float", "complex", "str", "bytes", "list", "tuple", "dict", "set", "frozenset", "Decimal", "Fraction"}
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def own_comparison(node: ast.AST, _: Mapping[str, str]) -> str:
    """Return how a class makes comparisons that prove nothing; empty when it does not."""
    match node:
        case ast.ClassDef(bases=bases) if value := next((b for b in map(ast.unparse, bases) if b in _VALUES), ""):
            if own := sorted(COMPARISONS & _bound(node)):
                return f"makes a `{value}` that compares by its own `{own[0]}`"
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda(body=body, args=args)) if name in COMPARISONS:
            if isinstance(body, ast.Constant) or not _asks(args, body):
                return f"has a `{name}` that always answers the same"
        case ast.Assign(targets=[ast.Attribute(attr=name)]) if name in COMPARISONS:
            return f"gives a class another `{name}`"
        case ast.FunctionDef(name=name, args=args, body=body) if name in COMPARISONS:
            if _always_same(node) or not any(_asks(args, statement) for statement in body):
                return f"has a `{name}` that always answers the same"
    return ""


def _bound(node: ast.ClassDef) -> set[str]:
    """Return the names that a class's body binds by `def` or by assignment."""
    names: set[str] = set()
    for statement in node.body:
        if isinstance(statement, _Function):
            names.add(statement.name)
        elif isinstance(statement, ast.Assign):
            names |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return names


def _always_same(node: ast.FunctionDef) -> bool:
    returned = [inner.value for inner in ast.walk(node) if isinstance(inner, ast.Return)]
    plain = [value for value in returned if not (isinstance(value, ast.Name) and value.id == "NotImplemented")]
    answers = {value.value if isinstance(value, ast.Constant) else None for value in plain}
    forced = any(
        isinstance(value, ast.BoolOp) and any(isinstance(part, ast.Constant) for part in value.values)
        for value in plain
    )
    return forced or answers in ({True}, {False})


def _asks(args: ast.arguments, node: ast.AST) -> bool:
    """Return whether a comparison reads the last of its arguments: the other side, or itself when there is none.

    A body that raises, or only says what it is for, is another matter.
    """
    given = [arg.arg for arg in (*args.posonlyargs, *args.args)]
    if not given or args.vararg:
        return True
    return any(
        isinstance(inner, ast.Raise) or (isinstance(inner, ast.Name) and inner.id in {given[-1], "NotImplemented"})
        for inner in ast.walk(node)
    )
