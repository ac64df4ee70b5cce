"""Added product code that hides a failure or behaves by occasion: swallowed exceptions, switches, stubs, exits.

Like the list in `cheating`, each hit escalates with its reason and rejects nothing.
"""

import ast
import re
from collections.abc import Callable, Iterator

from journeyman.domain.finding import Finding, Severity
from journeyman.judge.added_text import added_lines

_BROAD = frozenset({"Exception", "BaseException", "AssertionError", "NotImplementedError"})
_CLOCKS = frozenset({"time", "now", "utcnow", "today", "time_ns", "localtime", "gmtime"})
_PLACES = frozenset({"gethostname", "getfqdn", "getuser", "getlogin", "uname"})
_PLACE_NAMES = frozenset({"USER", "USERNAME", "LOGNAME", "HOSTNAME", "HOST", "COMPUTERNAME"})
_TESTING = re.compile(r"(is_|under_|in_|running_)?tests?(ing)?(_mode|_env|_run|_running)?", re.IGNORECASE)
_TESTING_VALUES = frozenset({"test", "testing", "TEST", "TESTING"})
_DOORS = frozenset({"main", "cli", "run", "exit", "quit", "__main__", "_main", "__exit__", "entry_point"})

Said = tuple[str, str]
"""(rule, reason)."""


def scan_evasion(path: str, before: bytes, after: bytes) -> Iterator[Finding]:
    """Yield an ESCALATE finding for each evasion on an added line of a Python product file."""
    try:
        tree = ast.parse(after)
    except (SyntaxError, ValueError, RecursionError):
        return
    added = added_lines(before, after)
    reading = _Reading(tree)
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if line not in added:
            continue
        for rule in _RULES:
            for name, reason in rule(node, reading):
                yield Finding(
                    rule=name,
                    severity=Severity.ESCALATE,
                    path=path,
                    line=line,
                    reason=f"product code {reason}",
                    remedy="Handle what can really happen, the same everywhere, or let a person decide.",
                )
    yield from _stubbed(path, before, tree)


class _Reading:
    """What a file says beyond one node: who holds each node, and which names hold a clock's or a place's answer."""

    def __init__(self, tree: ast.Module) -> None:
        self.function_of: dict[ast.AST, str] = {}
        self.clocked: set[str] = set()
        self.placed: set[str] = set()
        self._walk(tree, "")
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                if _calls(node.value, _CLOCKS):
                    self.clocked.add(node.targets[0].id)
                if _asks_for_place(node.value):
                    self.placed.add(node.targets[0].id)

    def _walk(self, node: ast.AST, function: str) -> None:
        pending = [(node, function)]
        while pending:
            here, name = pending.pop()
            self.function_of[here] = name
            inner = here.name if isinstance(here, ast.FunctionDef | ast.AsyncFunctionDef) else name
            pending += [(child, inner) for child in ast.iter_child_nodes(here)]


def _swallowed(node: ast.AST, _: _Reading) -> Iterator[Said]:
    if not isinstance(node, ast.ExceptHandler):
        return
    caught = {ast.unparse(part) for part in _parts(node.type)}
    if node.type is not None and not caught & _BROAD:
        return
    what = f"`{ast.unparse(node.type)}`" if node.type is not None else "every exception"
    if all(_is_nothing(statement) for statement in node.body):
        yield "failure-swallowed", f"swallows {what} without a word"
    elif caught & {"AssertionError", "NotImplementedError"} and not _raises(node):
        yield "failure-swallowed", f"goes on after {what}"


def _suppressed(node: ast.AST, _: _Reading) -> Iterator[Said]:
    match node:
        case ast.Call(func=ast.Attribute(attr="suppress") | ast.Name(id="suppress"), args=args):
            broad = [ast.unparse(arg) for arg in args if ast.unparse(arg) in _BROAD]
            if broad:
                yield "failure-swallowed", f"swallows `{broad[0]}` without a word"


def _occasion(node: ast.AST, reading: _Reading) -> Iterator[Said]:
    """Yield when a condition asks who runs the code, where, when, or whether it is a test."""
    if not isinstance(node, ast.If | ast.IfExp | ast.While | ast.Match):
        return
    test = node.subject if isinstance(node, ast.Match) else node.test
    if _asks_for_place(test) or _names(test) & reading.placed:
        yield "occasion-switch", "behaves by who runs it, or on which machine"
    for compare in (inner for inner in ast.walk(test) if isinstance(inner, ast.Compare)):
        sides = [compare.left, *compare.comparators]
        clock = any(_calls(side, _CLOCKS) or _names(side) & reading.clocked for side in sides)
        if clock and any(_is_fixed_time(side) for side in sides):
            yield "occasion-switch", "behaves otherwise after a fixed time"
    if word := _asks_for_tests(test):
        yield "occasion-switch", f"behaves otherwise where `{word}` says that it is tested"


def _asks_for_tests(test: ast.AST) -> str:
    """Return the word by which a condition asks whether this is a test; empty when it does not."""
    parts = list(ast.walk(test))
    named = [n.attr if isinstance(n, ast.Attribute) else n.id for n in parts if isinstance(n, ast.Attribute | ast.Name)]
    words = [name for name in named if _TESTING.fullmatch(name) and name not in {"test", "tests"}]
    quoted = [str(n.value) for n in parts if isinstance(n, ast.Constant) and n.value in _TESTING_VALUES]
    of_settings = any(word in name.lower() for name in named for word in ("env", "mode", "config", "settings"))
    return next(iter(words), "") or (quoted[0] if quoted and of_settings else "")


def _exits(node: ast.AST, reading: _Reading) -> Iterator[Said]:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr=attr)):
            if (owner, attr) == ("sys", "exit") and _unexpected_exit(node, reading):
                yield "ends-the-process", "calls `sys.exit` where nobody starts the program"
        case ast.Raise(exc=ast.Call(func=ast.Name(id="SystemExit")) | ast.Name(id="SystemExit")):
            if _unexpected_exit(node, reading):
                yield "ends-the-process", "raises `SystemExit` where nobody starts the program"
        case ast.Call(func=ast.Name(id="exit" | "quit" as name)):
            yield "ends-the-process", f"calls `{name}`, which ends the process"


def _unexpected_exit(node: ast.AST, reading: _Reading) -> bool:
    """Only an exit on import, or with a status that claims success, is out of the ordinary."""
    function = reading.function_of.get(node, "")
    if function in _DOORS:
        return False
    status = node.args[0] if isinstance(node, ast.Call) and node.args else None
    return not function or (isinstance(status, ast.Constant) and status.value == 0)


_RULES: tuple[Callable[[ast.AST, _Reading], Iterator[Said]], ...] = (_swallowed, _suppressed, _occasion, _exits)


def _stubbed(path: str, before: bytes, tree: ast.Module) -> Iterator[Finding]:
    """Yield a finding for each function that did something at the base and does nothing any more."""
    try:
        old = _functions(ast.parse(before))
    except (SyntaxError, ValueError, RecursionError):
        return
    for name, node in _functions(tree).items():
        if name in old and _is_stub(node) and not _is_stub(old[name]):
            yield Finding(
                rule="stub-left",
                severity=Severity.ESCALATE,
                path=path,
                line=node.lineno,
                reason=f"product code has emptied `{name}`, which did something before",
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
    return all(_is_nothing(statement, raising=True) for statement in node.body)


def _is_nothing(node: ast.stmt, *, raising: bool = False) -> bool:
    match node:
        case ast.Pass() | ast.Continue() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError")) | ast.Name(id="NotImplementedError")):
            return raising
    return False


def _raises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for statement in handler.body for node in ast.walk(statement))


def _parts(node: ast.expr | None) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node] if node is not None else []


def _calls(node: ast.AST, names: frozenset[str]) -> bool:
    calls = (inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call))
    return any(isinstance(func, ast.Attribute) and func.attr in names for func in calls)


def _asks_for_place(node: ast.AST) -> bool:
    calls = [inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    named = any((f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "")) in _PLACES for f in calls)
    text = ast.unparse(node)
    constants = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
    return named or "platform.node()" in text or bool(constants & _PLACE_NAMES and "env" in text)


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def _is_fixed_time(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=int() | float() as value):
            return value > 1_000_000_000 or 1990 < value < 2200
        case ast.Constant(value=str()):
            return True
        case ast.Call(
            func=ast.Attribute(attr="datetime" | "date" | "fromisoformat") | ast.Name(id="datetime" | "date")
        ):
            return all(isinstance(arg, ast.Constant) for arg in node.args)
    return False
