"""Functions that did something at the base and do nothing any more, or answer the same whatever they are asked."""

import ast
from collections.abc import Iterator

from journeyman.domain.finding import Finding, Severity


def emptied(path: str, before: bytes, tree: ast.Module) -> Iterator[Finding]:
    """Yield a finding for each function that did something at the base and does nothing any more."""
    try:
        old = _functions(ast.parse(before))
    except (SyntaxError, ValueError, RecursionError):
        return
    for name, node in _functions(tree).items():
        if name not in old:
            continue
        emptied = _is_stub(node) and not _is_stub(old[name])
        if emptied or (_answers_by_heart(node) and not (_answers_by_heart(old[name]) or _is_stub(old[name]))):
            what = "has emptied" if emptied else "answers the same whatever is asked of"
            yield Finding(
                rule="stub-left",
                severity=Severity.ESCALATE,
                path=path,
                line=node.lineno,
                reason=f"product code {what} `{name}`, which did something before",
                remedy="Write the function, or take it out in plain view.",
            )


def _functions(tree: ast.Module) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    found: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
    for node in tree.body:
        inner = [node, *(node.body if isinstance(node, ast.ClassDef) else ())]
        owner = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for item in inner:
            if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef):
                found[f"{owner}{item.name}"] = item
    return found


def _is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    if any("overload" in ast.unparse(d) or "abstract" in ast.unparse(d) for d in node.decorator_list):
        return False
    return all(is_nothing(statement, raising=True) for statement in node.body)


def _answers_by_heart(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Return whether a function with arguments does nothing but return a value that stands in its text."""
    asked = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    doing = [statement for statement in node.body if not is_nothing(statement)]
    if len(doing) != 1 or not isinstance(doing[0], ast.Return) or not set(asked) - {"self", "cls"}:
        return False
    return doing[0].value is not None and is_fixed(doing[0].value)


def is_fixed(node: ast.expr | None) -> bool:
    """Return whether an expression is written out: a constant, or a collection of constants."""
    if node is None:
        return True
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def is_nothing(node: ast.stmt, *, raising: bool = False) -> bool:
    """Return whether a statement does nothing; with `raising`, also when it only says that it is not written."""
    match node:
        case ast.Pass() | ast.Continue() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError")) | ast.Name(id="NotImplementedError")):
            return raising
    return False
