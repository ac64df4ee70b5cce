"""The public surface: names that other people's code may use, and that a candidate has taken away."""

import ast
from collections.abc import Iterator, Mapping

from journeyman.domain.finding import Finding, Severity


def surface_lost(before: Mapping[str, bytes], after: Mapping[str, bytes | None]) -> Iterator[Finding]:
    """Yield an ESCALATE finding for each public definition that is gone from all changed product files.

    Args:
        before: path → the base's content of each changed Python product file.
        after: path → the candidate's; None where the file is removed.

    What only moved, or is imported where it was, is not lost.
    """
    kept = {name.rpartition(".")[2] for content in after.values() if content for name in public_names(content)}
    for path in sorted(before):
        content = after.get(path)
        if content and not _parses(content):
            continue  # the tests will say so
        if any(part.startswith("_") and part != "__init__.py" for part in path.split("/")):
            continue
        now = public_names(content) if content else {}
        lost = [name for name in public_names(before[path]) if name not in now and name.rpartition(".")[2] not in kept]
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
