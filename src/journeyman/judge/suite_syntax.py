"""Equality of test files as syntax trees: whatever is not waived and not new must be the very same."""

import ast
from collections.abc import Collection, Iterator

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def only_waived_or_new(before: bytes, after: bytes, waived: Collection[str]) -> bool:
    """Return whether two versions of a test file differ only in waived tests and in tests added.

    Args:
        before: the base's content.
        after: the candidate's.
        waived: names within the file, `test_x` or `TestX::test_y`, that may differ or be gone.

    A file that does not parse is never the same as another.
    """
    try:
        old, new = ast.parse(before), ast.parse(after)
    except (SyntaxError, ValueError, RecursionError):
        return False
    known = _identifiers(old)
    added = {name for name, node in _definitions(new) if _is_addition(name, node, known)} - _inheriting(new)
    return ast.dump(_without(old, waived)) == ast.dump(_without(new, {*waived, *added}))


def _definitions(tree: ast.Module) -> Iterator[tuple[str, _Definition]]:
    """Yield every definition at module level and directly in a class, with its name within the file."""
    for node in tree.body:
        if isinstance(node, _Definition):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, _Definition):
                    yield f"{node.name}::{inner.name}", inner


def _identifiers(tree: ast.Module) -> set[str]:
    """Return every name that a module defines, imports, takes as an argument or uses."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.alias(name=name, asname=alias):
                found.add(alias or name)
    return found


def _is_addition(name: str, node: _Definition, known: Collection[str]) -> bool:
    """Return whether a definition is a test that stands in nobody's place, and no fixture or hook."""
    own = name.rpartition("::")[2]
    return own.lower().startswith("test") and own not in known and all(map(_is_mark, node.decorator_list))


def _inheriting(tree: ast.Module) -> set[str]:
    """Return the tests in classes with parents: a new one there may hide one that was inherited."""
    heirs = {node.name for node in tree.body if isinstance(node, ast.ClassDef) and node.bases}
    return {name for name, _ in _definitions(tree) if name.partition("::")[0] in heirs and "::" in name}


def _is_mark(decorator: ast.expr) -> bool:
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    return ast.unparse(target).startswith("pytest.mark.")


def _without(tree: ast.Module, names: Collection[str]) -> ast.Module:
    """Return the module with the named definitions taken out."""
    body: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, _Definition) and node.name in names:
            continue
        if isinstance(node, ast.ClassDef):
            kept = [
                inner
                for inner in node.body
                if not (isinstance(inner, _Definition) and f"{node.name}::{inner.name}" in names)
            ]
            node.body = kept or [ast.Pass()]
        body.append(node)
    return ast.Module(body=body, type_ignores=[])
