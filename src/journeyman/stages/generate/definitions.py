"""Definitions merged by name: a Python file and some rewritten definitions -> the new file.

The rule is strict and never guesses: a definition of the answer takes the place of the one with the
same qualified name; a new one is added at the end of its class or file; imports join the others;
an assignment replaces the one to the same name. Everything else stays byte for byte.
"""

import ast
import re
from dataclasses import dataclass, field

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class MergeError(ValueError):
    """The answer cannot be merged; the text says why, for the model to read."""


@dataclass
class _Plan:
    """Line edits against the old file: 1-based inclusive ranges and what replaces them."""

    replaced: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    inserted: dict[int, list[str]] = field(default_factory=dict)
    """Lines put after the line with this number (0: at the top)."""

    def insert(self, after: int, lines: list[str]) -> None:
        self.inserted.setdefault(after, []).extend(lines)

    def apply(self, lines: list[str]) -> str:
        starts = {start: (end, new) for (start, end), new in self.replaced.items()}
        out = list(self.inserted.get(0, []))
        number = 1
        while number <= len(lines):
            end, new = starts.get(number, (number, [lines[number - 1]]))
            out.extend(new)
            for covered in range(number, end + 1):
                out.extend(self.inserted.get(covered, []))
            number = end + 1
        return "\n".join(out).rstrip("\n") + "\n"


def merge_definitions(old: str, answer: str, *, path: str = "") -> str:
    """Return `old`, the file at `path`, with the definitions of `answer` merged in.

    An import of the very module at `path` is left out: it could only fail. So is a name that is imported and
    then not used: small models repeat the imports of the tests they were shown, and import in circles.

    Raises:
        MergeError: either text is not valid Python, or the answer holds nothing that can be merged.
    """
    old_tree, new_tree = _parse(old, "the file"), _parse(answer, "your code")
    plan = _Plan()
    old_lines, new_lines = old.split("\n"), answer.split("\n")
    statements = [node for node in _without_idle_imports(new_tree.body) if not _imports_itself(node, path)]
    merged_any = [_merge_statement(plan, node, old_tree, new_lines) for node in statements]
    if not any(merged_any):
        raise MergeError("your code holds no function, class, import or assignment")
    if old.endswith("\n"):
        old_lines.pop()
    merged = plan.apply(old_lines)
    _parse(merged, "the merged file")
    return merged


def _merge_statement(plan: _Plan, node: ast.stmt, old: ast.Module, lines: list[str]) -> bool:
    if isinstance(node, ast.Import | ast.ImportFrom):
        _merge_import(plan, node, old)
    elif isinstance(node, _Definition):
        _merge_definition(plan, node, old.body, lines, end=_last_line(old))
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        _merge_assignment(plan, node, old, lines)
    else:
        return False
    return True


def _merge_definition(
    plan: _Plan, node: _Definition, siblings: list[ast.stmt], lines: list[str], *, end: int, indent: int = 0
) -> None:
    twin = next((old for old in siblings if isinstance(old, _Definition) and old.name == node.name), None)
    if isinstance(node, ast.ClassDef) and isinstance(twin, ast.ClassDef) and not _is_whole(node, twin):
        for member in node.body:
            if isinstance(member, _Definition):
                last = max(_end(old) for old in twin.body)
                _merge_definition(plan, member, twin.body, lines, end=last, indent=twin.body[0].col_offset)
            elif isinstance(member, ast.Assign | ast.AnnAssign):
                _merge_field(plan, member, twin, lines)
        return
    text = _reindent(lines[_start(node) - 1 : _end(node)], node.col_offset, indent)
    if twin is not None:
        plan.replaced[_start(twin), _end(twin)] = text
    else:
        plan.insert(end, (["", ""] if indent == 0 else [""]) + text)


def _is_whole(node: ast.ClassDef, twin: ast.ClassDef) -> bool:
    """A class that repeats every member of the old one is meant to replace it."""
    names = {_name(member) for member in node.body}
    return all(_name(member) in names for member in twin.body if _name(member))


def _merge_field(plan: _Plan, node: ast.Assign | ast.AnnAssign, owner: ast.ClassDef, lines: list[str]) -> None:
    indent = owner.body[0].col_offset
    text = _reindent(lines[node.lineno - 1 : _end(node)], node.col_offset, indent)
    twin = next((old for old in owner.body if _name(node) and _name(old) == _name(node)), None)
    if twin is not None:
        plan.replaced[twin.lineno, _end(twin)] = text
    else:
        fields = [old for old in owner.body if not isinstance(old, _Definition)]
        plan.insert(_end(fields[-1]) if fields else owner.lineno, text)


def _merge_assignment(plan: _Plan, node: ast.Assign | ast.AnnAssign, old: ast.Module, lines: list[str]) -> None:
    text = lines[node.lineno - 1 : _end(node)]
    twin = next((other for other in old.body if _name(node) and _name(other) == _name(node)), None)
    if twin is not None:
        plan.replaced[twin.lineno, _end(twin)] = text
    else:
        plan.insert(_after_imports(old), text)


def _merge_import(plan: _Plan, node: ast.Import | ast.ImportFrom, old: ast.Module) -> None:
    have = {
        ast.unparse(ast.Module([_single(stmt, alias)], []))
        for stmt in old.body
        if isinstance(stmt, ast.Import | ast.ImportFrom)
        for alias in stmt.names
    }
    new = [ast.unparse(ast.Module([_single(node, alias)], [])) for alias in node.names]
    plan.insert(
        _after_docstring(old) if _is_future(node) else _after_imports(old), [line for line in new if line not in have]
    )


def _without_idle_imports(body: list[ast.stmt]) -> list[ast.stmt]:
    """Drop imported names that the rest does not use, unless importing is all that is done."""
    rest = [node for node in body if not isinstance(node, ast.Import | ast.ImportFrom)]
    if not rest:
        return body
    used = {node.id for statement in rest for node in ast.walk(statement) if isinstance(node, ast.Name)}
    used |= {word for statement in rest for word in _quoted_names(statement)}
    kept: list[ast.stmt] = []
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom) and not _is_future(node):
            node.names = [alias for alias in node.names if _bound(alias) in used or alias.name == "*"]
            if not node.names:
                continue
        kept.append(node)
    return kept


def _quoted_names(statement: ast.stmt) -> set[str]:
    """Names inside strings: annotations may be written so, and `__all__` is."""
    texts = (node.value for node in ast.walk(statement) if isinstance(node, ast.Constant))
    return {word for text in texts if isinstance(text, str) for word in re.findall(r"\w+", text)}


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _is_future(node: ast.Import | ast.ImportFrom) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _imports_itself(node: ast.stmt, path: str) -> bool:
    module = path.removesuffix(".py").replace("/", ".")
    if not isinstance(node, ast.ImportFrom) or not node.module or not path:
        return False
    return module == node.module or (node.level == 0 and "." in node.module and module.endswith("." + node.module))


def _single(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> ast.stmt:
    if isinstance(node, ast.Import):
        return ast.Import([alias])
    return ast.ImportFrom(node.module, [alias], node.level)


def _after_imports(tree: ast.Module) -> int:
    ends = [_end(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return max(ends, default=_after_docstring(tree))


def _after_docstring(tree: ast.Module) -> int:
    first = tree.body[0] if tree.body else None
    is_text = (
        isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    )
    return _end(first) if first is not None and is_text else 0


def _name(node: ast.stmt) -> str:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return ""


def _start(node: _Definition) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _last_line(tree: ast.Module) -> int:
    return max((_end(node) for node in tree.body), default=0)


def _reindent(lines: list[str], have: int, want: int) -> list[str]:
    """Move lines sideways; the parser has already shown that they hang together."""
    if have == want:
        return lines
    if want > have:
        return [" " * (want - have) + line if line.strip() else line for line in lines]
    return [line[have - want :] if line[: have - want].isspace() else line.lstrip() for line in lines]


def _parse(text: str, what: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError) as error:
        line = f" at line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise MergeError(f"{what} is not valid Python{line}: {error.args[0]}") from error
