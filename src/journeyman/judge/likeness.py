"""Likeness: when two candidates are the same code. Compared are syntax trees, not texts."""

import ast
from collections.abc import Iterable

from journeyman.domain.candidate import FileChange
from journeyman.domain.digest import digest_noun
from journeyman.judge.languages.syntax import Grammar, parse, shape
from journeyman.judge.suite import Suite

_BLOCKS = frozenset({"line_comment", "block_comment"})
_SCRIPT = frozenset({"comment", "html_comment", "hash_bang_line"})
_GRAMMARS = {
    ".go": Grammar(module="tree_sitter_go"),
    ".java": Grammar(module="tree_sitter_java", comments=_BLOCKS),
    ".rs": Grammar(module="tree_sitter_rust", comments=_BLOCKS),
    **dict.fromkeys((".js", ".cjs", ".mjs", ".jsx"), Grammar(module="tree_sitter_javascript", comments=_SCRIPT)),
    **dict.fromkeys(
        (".ts", ".cts", ".mts"),
        Grammar(module="tree_sitter_typescript", function="language_typescript", comments=_SCRIPT),
    ),
    ".tsx": Grammar(module="tree_sitter_typescript", function="language_tsx", comments=_SCRIPT),
}
_IMPORTS = frozenset({"import_declaration", "import_statement", "use_declaration"})


def likeness(changes: Iterable[FileChange], before: dict[str, bytes], suite: Suite) -> str:
    """Return a digest of what the changes make of the product.

    Comments, docstrings, layout and the order of imports do not matter. Neither do files whose code stays as it
    was, nor tests: candidates that bring different ones may still be the same answer.
    """
    code = {}
    for change in changes:
        old = before.get(change.path)
        after = None if change.content is None else _code(change.path, change.content)
        if not suite.owns(change.path) and after != (None if old is None else _code(change.path, old)):
            code[change.path] = (after, change.executable)
    return digest_noun(tuple((path, repr(after), executable) for path, (after, executable) in sorted(code.items())))


def _code(path: str, content: bytes) -> object:
    """Return what two files of the same code have in common; of a file that nobody can read, its bytes."""
    suffix = f".{path.rpartition('.')[2]}"
    if suffix == ".py":
        try:
            return _python(ast.parse(content))
        except (SyntaxError, ValueError, RecursionError):
            return content
    grammar = _GRAMMARS.get(suffix)
    root = parse(grammar, content) if grammar else None
    if grammar is None or root is None:
        return content
    imports = sorted(repr(shape(node, grammar)) for node in root.children if node.type in _IMPORTS)
    rest = [shape(node, grammar) for node in root.children if node.type not in _IMPORTS]
    return imports, [one for one in rest if one]


def _python(tree: ast.Module) -> object:
    imports = sorted(
        ast.dump(type(node)(**{**dict(ast.iter_fields(node)), "names": [alias]}))
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    )
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and _has_docstring(
            node
        ):
            # A body of a docstring alone does nothing, as `pass` does.
            node.body = node.body[1:] or [ast.Pass()]
    return imports, [ast.dump(node) for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]


def _has_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return ast.get_docstring(node, clean=False) is not None
