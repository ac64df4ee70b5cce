"""Definitions of other files, repeated in an answer: small models copy what they were shown, and mean nothing by it."""

import ast
from collections.abc import Mapping

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def without_copies(answer: str, *, path: str, files: Mapping[str, str]) -> str:
    """Return Python code for `path` without the top-level definitions that stand in another of `files` word for word.

    A name that `path` defines itself is never a copy. Text that does not parse is returned as it is.
    """
    tree = _parsed(answer)
    if tree is None:
        return answer
    own = _definitions(files.get(path, ""))
    others = [_definitions(text) for other, text in files.items() if other != path and other.endswith(".py")]
    lines = answer.split("\n")
    for node in reversed(tree.body):
        if isinstance(node, _Definition) and node.name not in own:
            text = ast.dump(node)
            if any(other.get(node.name) == text for other in others):
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                del lines[first - 1 : node.end_lineno]
    return "\n".join(lines)


def _definitions(source: str) -> dict[str, str]:
    tree = _parsed(source)
    return {node.name: ast.dump(node) for node in tree.body if isinstance(node, _Definition)} if tree else {}


def _parsed(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError):
        return None
