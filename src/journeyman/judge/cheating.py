"""Product code that knows it is being tested: patterns on added lines that a person should look at.

In-process cheating cannot be excluded by a list. These are the ways that were seen in practice; each
hit escalates with its reason and rejects nothing.
"""

import ast
from collections.abc import Callable, Iterator
from functools import partial

from journeyman.domain.finding import Finding, Severity
from journeyman.judge.added_text import added_lines
from journeyman.judge.own_comparisons import COMPARISONS, own_comparison

_MODULES = frozenset({"pytest", "_pytest", "pluggy", "unittest", "gc", "ctypes", "atexit", "__main__", "faulthandler"})
_ATTRIBUTES = {
    "sys": {
        *("modules", "_getframe", "_getframemodulename", "_current_frames", "settrace", "setprofile", "gettrace"),
        *("getprofile", "monitoring", "meta_path", "path_hooks", "exitfunc", "__dict__"),
    },
    "os": {"_exit", "abort", "kill", "killpg", "execv", "execve", "execvp", "closerange", "dup2"},
    "inspect": {"stack", "currentframe", "trace", "getouterframes", "getinnerframes", "getframeinfo"},
    "threading": {"settrace", "setprofile"},
    "traceback": {"extract_stack", "walk_stack"},
    "signal": {"raise_signal", "alarm", "setitimer", "pthread_kill"},
    "_thread": {"interrupt_main"},
    "logging": {"currentframe"},
    "faulthandler": {"dump_traceback_later"},
}
_FRAME_ATTRIBUTES = frozenset({"f_back", "f_locals", "f_globals", "tb_frame", "gi_frame", "cr_frame", "__subclasses__"})
_WORDS = ("pytest_", "junitxml", "conftest", "tests/", "/tests", "journeyman_", "/proc/", "_pytest")
_WATCHED_ENVIRONMENT = frozenset({"CI", "GITHUB_ACTIONS", "PYTEST_CURRENT_TEST", "PYTEST_VERSION"})
_NAMED = frozenset({"pytest", "py.test", "_getframe", "settrace", *_FRAME_ATTRIBUTES, *COMPARISONS})
_STREAMS = frozenset({"stdin", "stdout", "stderr", "argv"})
"""Of `sys`: what programs are given, and pass on for a while; results do not go that way."""
_OPENS = frozenset(
    {"open", "Path", "join", "joinpath", "exists", "isdir", "is_dir", "listdir", "scandir", "glob", "walk"}
)
_PICKLES = frozenset({"pickle", "marshal", "dill", "cloudpickle"})
_SYS_PATH_EDITS = frozenset({"insert", "append", "extend", "remove", "clear", "pop", "reverse", "sort"})

_Rule = Callable[[ast.AST, dict[str, str]], str]
"""(node, name → what it was imported from) → why a person should look; empty when they need not."""


def scan_product(path: str, before: bytes, after: bytes, *, own: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Yield an ESCALATE finding for each suspicious pattern on a line that was added to a Python file.

    Args:
        path: of the file.
        before: its content at the base.
        after: the candidate's.
        own: top-level modules of the repository itself: importing those is no interest in who is calling.
    """
    try:
        tree = ast.parse(after)
    except (SyntaxError, ValueError, RecursionError):
        return  # the tests will say so
    added = added_lines(before, after)
    foreign = _imported(tree)
    ignored = _docstrings(tree)
    seen: set[tuple[int, str]] = set()
    rules: tuple[_Rule, ...] = (partial(_imports, own=own), *_RULES)
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if node in ignored or not _touched(node, added):
            continue
        for rule in rules:
            reason = rule(node, foreign)
            if reason and (line, reason) not in seen:
                seen.add((line, reason))
                yield _finding(path, line, reason)


def _finding(path: str, line: int, reason: str) -> Finding:
    return Finding(
        rule="knows-it-is-tested",
        severity=Severity.ESCALATE,
        path=path,
        line=line,
        reason=f"product code {reason}",
        remedy="Write it without looking at who is calling, or let a person decide.",
    )


def _touched(node: ast.AST, added: frozenset[int]) -> bool:
    if isinstance(node, ast.FunctionDef):
        return any(line in added for line in range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return getattr(node, "lineno", 0) in added


def _imported(tree: ast.Module) -> dict[str, str]:
    """Return name → what it was imported from, for every import anywhere in the file."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.partition(".")[0]] = alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name not in found:
                if (whole := _part_of(value)) and (origin := found.get(whole, "" if whole in found else None)):
                    found[name] = origin
            case _:
                pass
    return found


def _part_of(node: ast.expr) -> str:
    """Return the name of which an expression is a part, however the part is reached; empty when of none.

    What a call makes is a thing of its own, but `getattr`, `vars` and imports at run time give what is there.
    """
    while True:
        match node:
            case ast.Name(id=name):
                return name
            case ast.Attribute(value=inner) | ast.Subscript(value=inner):
                node = inner
            case ast.Call(func=ast.Name(id="getattr" | "vars"), args=[inner, *_]):
                node = inner
            case ast.Call(func=ast.Attribute(attr="import_module", value=inner)):
                node = inner
            case ast.Call(func=ast.Name(id="import_module" | "__import__" as name)):
                return name
            case _:
                return ""


def _docstrings(tree: ast.Module) -> set[ast.AST]:
    statements = (node for node in ast.walk(tree) if isinstance(node, ast.Expr))
    return {statement.value for statement in statements if isinstance(statement.value, ast.Constant)}


def _imports(node: ast.AST, _: dict[str, str], *, own: frozenset[str]) -> str:
    names: list[str] = []
    match node:
        case ast.Import(names=aliases):
            names = [alias.name for alias in aliases]
        case ast.ImportFrom(module=str(module), names=aliases, level=0):
            watched = _ATTRIBUTES.get(module, set())
            taken = [f"{module}.{alias.name}" for alias in aliases if alias.name in watched]
            if taken:
                return f"reaches for `{taken[0]}`"
            names = [module]
        case ast.Call(
            func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"), args=args
        ):
            names = [arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    watched_name = next((name for name in names if name.partition(".")[0] in _MODULES - own), "")
    return f"imports `{watched_name}`" if watched_name else ""


def _attributes(node: ast.AST, foreign: dict[str, str]) -> str:
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if attr in _ATTRIBUTES.get(foreign.get(name, name), ()):
            return f"reaches for `{foreign.get(name, name)}.{attr}`"
        case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id=name), wanted, *_]) if (
            foreign.get(name) in _ATTRIBUTES
        ):
            text = _text(wanted)
            if text is None or text in _ATTRIBUTES[foreign[name]]:
                return f"reaches into `{foreign[name]}` by a name that is made as it runs"
        case ast.Call(func=ast.Name(id="vars" | "dir"), args=[ast.Name(id=name)]) if foreign.get(name) in _ATTRIBUTES:
            return f"looks through `{foreign[name]}` by name"
        case ast.Attribute(attr=attr) if attr in _FRAME_ATTRIBUTES:
            return f"reads `{attr}`, the state of its callers"
    return ""


def _strings(node: ast.AST, _: dict[str, str]) -> str:
    text = _text(node) if isinstance(node, ast.Constant | ast.BinOp | ast.JoinedStr) else None
    if text is None:
        return ""
    if text in _WATCHED_ENVIRONMENT:
        return f"asks for `{text}`, which is set where tests run"
    if text in _NAMED:
        return f"names `{text}` in a string"
    word = next((word for word in _WORDS if word in text.lower()), "")
    return f"speaks of `{word}`, a thing of the tests" if word else ""


def _text(node: ast.AST) -> str | None:
    """Return the text that an expression is, put together from its parts where it is written in parts."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = _text(left), _text(right)
            return None if None in parts else "".join(part for part in parts if part is not None)
        case ast.JoinedStr(values=values):
            return "".join(_text(value) or "" for value in values)
    return None


def _hooks(node: ast.AST, _: dict[str, str]) -> str:
    if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytest_plugins" for t in node.targets):
        return "names plug-ins for the test runner"
    if isinstance(node, ast.FunctionDef) and node.name.startswith("pytest_"):
        return f"defines `{node.name}`, which the test runner calls"
    return ""


def _text_as_code(node: ast.AST, foreign: dict[str, str]) -> str:
    match node:
        case ast.Call(func=ast.Name(id="exec" | "eval" | "__import__" as name)):
            return f"calls `{name}`, so what it runs cannot be read"
        case ast.Call(func=ast.Name(id="compile")):
            return "calls `compile`, so what it runs cannot be read"
        case ast.Call(func=ast.Attribute(attr="loads", value=ast.Name(id=name)), args=[written]) if foreign.get(
            name
        ) in _PICKLES and isinstance(written, ast.Constant):
            return f"unpacks what is written as `{foreign[name]}`, so what it runs cannot be read"
        case ast.Call(func=ast.Attribute(attr="import_module") | ast.Name(id="import_module"), args=[wanted, *_]):
            if any(isinstance(inner, ast.Call) for inner in ast.walk(wanted)):
                return "imports a module by a name that is made as it runs"
    return ""


def _patches(node: ast.AST, foreign: dict[str, str]) -> str:
    targets: list[ast.expr] = []
    match node:
        case ast.Assign(targets=found):
            targets = found
        case ast.AugAssign(target=found_one) | ast.AnnAssign(target=found_one):
            targets = [found_one]
        case ast.Call(func=ast.Name(id="setattr"), args=[ast.expr() as target, *_]):
            return _patch_of(target, foreign)
        case ast.Call(func=ast.Attribute(attr="__setattr__", value=ast.Name(id="type"))):
            return "sets an attribute of a class from outside"
        case ast.Call(func=ast.Name(id="vars"), args=[owner]) | ast.Attribute(attr="__dict__", value=owner):
            return _patch_of(owner, foreign, what="reaches into the names of")
        case ast.Call(func=ast.Attribute(attr=verb, value=ast.Attribute(attr="path", value=ast.Name(id=name)))) if (
            foreign.get(name) == "sys" and verb in _SYS_PATH_EDITS
        ):
            return "changes where modules are imported from"
    attributes = [t for t in targets if isinstance(t, ast.Attribute) and not _is_stream(t, foreign)]
    return next((said for t in attributes if (said := _patch_of(t.value, foreign))), "")


def _is_stream(node: ast.Attribute, foreign: dict[str, str]) -> bool:
    return isinstance(node.value, ast.Name) and foreign.get(node.value.id) == "sys" and node.attr in _STREAMS


def _test_folder(node: ast.AST, _: dict[str, str]) -> str:
    """Return a reason when a path is made of a folder of tests."""
    parts: list[ast.expr] = []
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if name in _OPENS:
            parts = args
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            parts = [left, right]
    named = any(isinstance(part, ast.Constant) and part.value in {"tests", "test"} for part in parts)
    return "looks for the folder of the tests" if named else ""


def _patch_of(owner: ast.expr, foreign: dict[str, str], *, what: str = "replaces a part of") -> str:
    while isinstance(owner, ast.Attribute):
        owner = owner.value
    if isinstance(owner, ast.Name) and (owner.id in foreign or owner.id in {"builtins", "__builtins__"}):
        return f"{what} `{foreign.get(owner.id, owner.id)}`, which is not its own"
    return ""


_RULES: tuple[_Rule, ...] = (
    _attributes,
    _strings,
    _text_as_code,
    _hooks,
    own_comparison,
    _patches,
    _test_folder,
)
