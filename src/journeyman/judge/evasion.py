"""Added product code that hides a failure or behaves by occasion: swallowed exceptions, switches, stubs, exits.

Like the list in `cheating`, each hit escalates with its reason and rejects nothing.
"""

import ast
import re
from collections.abc import Callable, Iterator

from journeyman.domain.finding import Finding, Severity
from journeyman.judge.added_text import added_lines
from journeyman.judge.emptied import emptied, is_fixed, is_nothing

_BROAD = frozenset({"Exception", "BaseException", "AssertionError", "NotImplementedError"})
_CLOCKS = frozenset({"time", "now", "utcnow", "today", "time_ns", "localtime", "gmtime"})
_PLACES = frozenset(
    {"gethostname", "getfqdn", "getuser", "getlogin", "uname", "getuid", "geteuid", "getppid", "current_thread"}
)
_THERE = frozenset({"exists", "isfile", "isdir", "is_file", "is_dir", "access", "lexists"})
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
    reading = _Reading(tree, path)
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
    yield from emptied(path, before, tree)


class _Reading:
    """What a file says beyond one node: who holds each node, and which names hold a clock's or a place's answer."""

    def __init__(self, tree: ast.Module, path: str) -> None:
        self.function_of: dict[ast.AST, str] = {}
        self.guarded: set[ast.AST] = set()
        self.clocked: set[str] = set()
        self.placed: set[str] = set()
        self.rooted: set[str] = set()
        self._walk(tree, "")
        if path.rpartition("/")[2] == "__main__.py":  # run as a program, or not at all
            self.guarded.update(ast.walk(tree))
        for guard in tree.body:
            if isinstance(guard, ast.If) and ast.unparse(guard.test) == "__name__ == '__main__'":
                self.guarded.update(inner for statement in guard.body for inner in ast.walk(statement))
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                if _calls(node.value, _CLOCKS):
                    self.clocked.add(node.targets[0].id)
                if any(isinstance(n, ast.Constant) and str(n.value)[:1] == "/" for n in ast.walk(node.value)):
                    self.rooted.add(node.targets[0].id)
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
    if all(is_nothing(statement) for statement in node.body):
        yield "failure-swallowed", f"swallows {what} without a word"
    elif len(node.body) == 1 and isinstance(node.body[0], ast.Return) and is_fixed(node.body[0].value):
        yield "failure-swallowed", f"answers {what} with `{ast.unparse(node.body[0])}`, as if nothing had happened"
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
    if _asks_for_place(test) or _names(test) & reading.placed or _asks_named_file(test, reading):
        yield "occasion-switch", "behaves by who runs it, or on which machine"
    for compare in (inner for inner in ast.walk(test) if isinstance(inner, ast.Compare)):
        sides = [compare.left, *compare.comparators]
        clock = any(_calls(side, _CLOCKS) or _names(side) & reading.clocked for side in sides)
        if clock and any(_is_fixed_time(side) for side in sides):
            yield "occasion-switch", "behaves otherwise after a fixed time"
    if word := _asks_for_tests(test):
        yield "occasion-switch", f"behaves otherwise where `{word}` says that it is tested"


def _counted(node: ast.AST, _: _Reading) -> Iterator[Said]:
    """Yield when a function counts its calls and branches on a fixed number of them."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    inside = list(ast.walk(node))
    shared = {name for n in inside if isinstance(n, ast.Global | ast.Nonlocal) for name in n.names}
    counts = {n.target.id for n in inside if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name)} & shared
    for branch in (n for n in inside if isinstance(n, ast.If | ast.IfExp | ast.While)):
        compares = (n for n in ast.walk(branch.test) if isinstance(n, ast.Compare))
        if any(
            _names(c) & counts and any(isinstance(side, ast.Constant) for side in (c.left, *c.comparators))
            for c in compares
        ):
            yield "occasion-switch", "behaves otherwise after a number of calls"
            return


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
    if function in _DOORS or node in reading.guarded:
        return False
    status = node.args[0] if isinstance(node, ast.Call) and node.args else None
    return not function or (isinstance(status, ast.Constant) and status.value == 0)


_RULES: tuple[Callable[[ast.AST, _Reading], Iterator[Said]], ...] = (
    _swallowed,
    _suppressed,
    _occasion,
    _counted,
    _exits,
)


def _raises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Raise) for statement in handler.body for node in ast.walk(statement))


def _parts(node: ast.expr | None) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node] if node is not None else []


def _calls(node: ast.AST, names: frozenset[str]) -> bool:
    calls = (inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call))
    return any(isinstance(func, ast.Attribute) and func.attr in names for func in calls)


def _asks_for_place(node: ast.AST) -> bool:
    if _asks_for_files(node):
        return True
    calls = [inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    if "len(os.environ)" in ast.unparse(node):
        return True
    named = any((f.attr if isinstance(f, ast.Attribute) else getattr(f, "id", "")) in _PLACES for f in calls)
    text = ast.unparse(node)
    constants = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
    return named or "platform.node()" in text or bool(constants & _PLACE_NAMES and "env" in text)


def _asks_named_file(test: ast.AST, reading: _Reading) -> bool:
    return bool(_names(test) & reading.rooted) and _calls(test, _THERE)


def _asks_for_files(node: ast.AST) -> bool:
    """Return whether an expression asks if a file is there, or may be written, whose path is written out in full."""
    parts = list(ast.walk(node))
    rooted = any(isinstance(n, ast.Constant) and isinstance(n.value, str) and n.value.startswith("/") for n in parts)
    here = any(isinstance(n, ast.Constant) and n.value == "." for n in parts)
    return (rooted and _calls(node, _THERE)) or (here and _calls(node, frozenset({"access"})))


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
