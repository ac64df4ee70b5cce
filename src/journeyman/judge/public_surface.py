"""The public surface: names that other people's code may use, and that a candidate has taken away."""

import ast
from collections.abc import Iterator, Mapping

from journeyman.domain.finding import Finding, Severity


def surface_lost(before: Mapping[str, bytes], after: Mapping[str, bytes | None]) -> Iterator[Finding]:
    """Yield an ESCALATE finding for each public definition that is gone from all changed product files.

    Args:
        before: path → the base's content of each changed Python product file.
        after: path → the candidate's; None where the file is removed.

    What only moved, is imported where it was or handed out by the module's own `__getattr__`, is not lost; nor is
    what the base calls deprecated, what a class may inherit, or what only builds the project.
    """
    kept = {name.rpartition(".")[2] for content in after.values() if content for name in public_names(content)}
    for path in sorted(before):
        content = after.get(path)
        if content and not _parses(content):
            continue  # the tests will say so
        folders, name = path.split("/")[:-1], path.rpartition("/")[2]
        if any(part.startswith("_") and part != "__init__.py" for part in path.split("/")):
            continue
        if name in _BUILDS or not _BESIDE.isdisjoint(folders):
            continue
        now = public_names(content) if content else {}
        excused = _going(before[path]) | (_handed_out(content) if content else set())
        lost = [
            name
            for name in public_names(before[path])
            if name not in now and name.rpartition(".")[2] not in kept and name not in excused
        ]
        gone = {name for name in lost if name.partition(".")[0] not in lost or "." not in name}
        if gone:
            named = ", ".join(f"`{name}`" for name in sorted(gone)[:5])
            yield Finding(
                rule="public-code-removed",
                severity=Severity.ESCALATE,
                path=path,
                reason=f"the candidate takes {named}{' and more' if len(gone) > 5 else ''} away, which others may use",
                remedy="Keep the name, or let a person decide that nobody needs it.",
            )


_BUILDS = frozenset({"setup.py", "noxfile.py", "conf.py", "tasks.py", "conftest.py", "fabfile.py"})
_BESIDE = frozenset({"docs", "doc", "examples", "example", "benchmarks", "bench", "scripts", "tools"})
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _going(source: bytes) -> set[str]:
    """Return the names that the base itself calls deprecated, with all they hold, and those a class may inherit."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return set()
    found: set[str] = set()
    for node in (node for node in ast.walk(tree) if isinstance(node, _Definition)):
        inherits = isinstance(node, ast.ClassDef) and any(ast.unparse(base) not in _ROOTS for base in node.bases)
        own = {f"{node.name}.{name}" for name in _names_below(node)} if isinstance(node, ast.ClassDef) else set()
        if _is_deprecated(node):
            found |= {node.name, *own}
        elif inherits:
            found |= own
    return found


_ROOTS = frozenset({"object", "ABC", "abc.ABC", "Protocol", "t.Protocol", "typing.Protocol"})


def _names_below(node: ast.ClassDef) -> set[str]:
    found: dict[str, int] = {}
    _collect(node.body, ".", found)
    return {name.removeprefix(".") for name in found}


def _is_deprecated(node: _Definition) -> bool:
    """Return whether a definition warns, is decorated, or says of itself that it will go."""
    said = [*map(ast.unparse, node.decorator_list), ast.get_docstring(node) or ""]
    warned = (n for n in ast.walk(node) if isinstance(n, ast.Call) and ast.unparse(n.func).endswith("warn"))
    return any("deprecat" in text.lower() for text in (*said, *map(ast.unparse, warned)))


def _handed_out(source: bytes) -> set[str]:
    """Return the names that a module with a `__getattr__` of its own speaks of."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return set()
    if not any(isinstance(node, ast.FunctionDef) and node.name == "__getattr__" for node in tree.body):
        return set()
    return {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def _parses(source: bytes) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def public_names(source: bytes) -> dict[str, int]:
    """Return name → line of what a module offers: definitions, methods, imports; nothing if it does not parse.

    Where the module says what it offers (`__all__`), only that, and its classes' methods, counts.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    found: dict[str, int] = {}
    _collect(tree.body, "", found)
    offered = _offered(tree)
    if offered is None:
        return found
    return {name: line for name, line in found.items() if name.partition(".")[0] in offered}


def _collect(body: list[ast.stmt], prefix: str, found: dict[str, int]) -> None:
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                if not name.startswith("_"):
                    found[f"{prefix}{name}"] = node.lineno
                    if isinstance(node, ast.ClassDef):
                        _collect(node.body, f"{prefix}{name}.", found)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases) if not prefix:
                found |= {alias.asname: node.lineno for alias in aliases if alias.asname == alias.name}
            case ast.Assign(targets=targets) if prefix:
                found |= {f"{prefix}{t.id}": node.lineno for t in targets if isinstance(t, ast.Name) and t.id[0] != "_"}
            case ast.AnnAssign(target=ast.Name(id=name)) if prefix and name[0] != "_":
                found[f"{prefix}{name}"] = node.lineno
            case ast.If(body=inner, orelse=other) | ast.Try(body=inner, orelse=other):
                _collect([*inner, *other], prefix, found)
                if isinstance(node, ast.Try):
                    _collect([s for handler in node.handlers for s in handler.body], prefix, found)


def _offered(tree: ast.Module) -> set[str] | None:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=items) | ast.Tuple(elts=items)):
                return {item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)}
    return None
