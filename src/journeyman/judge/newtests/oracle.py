"""What a new Python test asks, read from its syntax: nothing, a mock, the code's own words, or the world outside."""

import ast
import re
from collections.abc import Iterator, Mapping

from journeyman.domain.finding import Finding, Severity
from journeyman.judge.protection.python_bodies import is_assertion
from journeyman.judge.protection.python_units import Function, Unit, read_module

_MOCKS = frozenset({"Mock", "MagicMock", "AsyncMock", "create_autospec", "mocker"})
_ON_MOCKS = frozenset(
    {"called", "called_once", "call_count", "call_args", "call_args_list", "mock_calls", "method_calls", "return_value"}
)
_MOCK_QUESTIONS = ("assert_called", "assert_any_call", "assert_has_calls", "assert_not_called", "assert_awaited")
_OUTSIDE = frozenset({"subprocess", "socket", "urllib", "requests", "httpx", "aiohttp", "http", "ftplib", "smtplib"})
_READS = frozenset(
    {"open", "read_text", "read_bytes", "getsource", "getsourcelines", "glob", "rglob", "iterdir", "listdir"}
)
_TEST_FILE = re.compile(r"(?:.*/)?(?:test_[\w*]*|[\w*]+_test|conftest)\.py")
_PURE = ("urllib.parse", "http.HTTPStatus", "http.HTTPMethod", "http.cookie")
"""Parts of those that only work on what they are given."""
_SHELLS = frozenset({"system", "popen", "execv", "execve", "spawnv", "posix_spawn", "create_subprocess_exec"})


def read_new_tests(
    path: str,
    before: bytes,
    after: bytes,
    *,
    product: Mapping[str, bytes],
    subjects: frozenset[str],
    own: frozenset[str] = frozenset(),
) -> Iterator[Finding]:
    """Yield what is wrong with, or strange about, each test that a candidate adds to one file.

    Args:
        path: of the test file.
        before: its content at the base; empty for a new file.
        after: the candidate's.
        product: path → the candidate's content of each changed Python product file.
        subjects: names of the functions and classes it changes, or of its modules: the units under test.
        own: top-level modules of the repository itself: a test of an HTTP client calls an HTTP client.
    """
    new, old = read_module(after), read_module(before)
    if new is None:
        return
    known = {unit.key for unit in old.units} if old else set()
    oracles = _answers(product)
    for unit in new.units:
        if unit.key in known:
            continue
        if isinstance(unit.node, Function) and unit.own_name.startswith("test"):
            yield from _read(path, unit, unit.node, oracles, subjects)
            if reached := _reaches_out(unit.node, own):
                what = f"reaches out of the process (`{reached}`)"
                yield _finding(path, unit, "new-test-reaches-out", Severity.ESCALATE, what)
        elif not isinstance(unit.node, ast.ClassDef) and (patched := _patched(unit.node, subjects)):
            what = f"replaces `{patched}`, which it is to test"
            yield _finding(path, unit, "new-test-mocks-subject", Severity.REJECT, what)


def _read(
    path: str, unit: Unit, node: Function, oracles: Mapping[str, str], subjects: frozenset[str]
) -> Iterator[Finding]:
    reject, escalate = Severity.REJECT, Severity.ESCALATE
    asked = [n for statement in node.body for n in ast.walk(statement) if is_assertion(n)]
    if patched := _patched(node, subjects):
        yield _finding(path, unit, "new-test-mocks-subject", reject, f"replaces `{patched}`, which it is to test")
    if asked and all(_says_nothing(question) for question in asked):
        yield _finding(path, unit, "new-test-proves-nothing", reject, "asserts nothing that could be false")
    mocked = [question for question in asked if _is_about_mocks(question, node)]
    if asked and len(mocked) * 2 > len(asked):
        yield _finding(
            path, unit, "new-test-mocks-subject", reject, f"asks {len(mocked)} of {len(asked)} times about mocks"
        )
    if said := next((o for question in asked if (o := _repeats(question, oracles))), ""):
        yield _finding(path, unit, "new-test-repeats-code", escalate, f"computes what it expects as `{said}` does")


def _patched(node: ast.stmt, subjects: frozenset[str]) -> str:
    """Return which unit under test a test replaces; empty when none."""
    for inner in ast.walk(node):
        match inner:
            case ast.Assign(targets=[ast.Attribute(attr=name)]) if name in subjects:
                return name
            case ast.Call(func=ast.Attribute(attr="setattr" | "object" | "patch" | "delattr"), args=args):
                named = [str(a.value) for a in args if isinstance(a, ast.Constant)]
            case ast.Call(func=ast.Name(id="patch" | "setattr"), args=args):
                named = [str(a.value) for a in args if isinstance(a, ast.Constant)]
            case _:
                continue
        if hit := next((name for name in named if name.rpartition(".")[2] in subjects), ""):
            return hit
    return ""


def _says_nothing(question: ast.AST) -> bool:
    match question:
        case ast.Assert(test=test):
            pass
        case ast.Call(func=ast.Attribute(attr="assertIsNotNone")):
            return True
        case ast.Call(func=ast.Attribute(attr="assertTrue"), args=[test, *_]):
            pass
        case _:
            return False
    match test:
        case ast.Constant() | ast.Tuple():
            return True
        case ast.Compare(ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return True
        case ast.Compare(left=left, comparators=[right]):
            return ast.dump(left) == ast.dump(right)
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(isinstance(value, ast.Constant) and value.value for value in values)
    return False


def _is_about_mocks(question: ast.AST, node: Function) -> bool:
    match question:
        case ast.Call(func=ast.Attribute(attr=name)) if name.startswith(_MOCK_QUESTIONS):
            return True
    mocks = {
        target.id
        for inner in ast.walk(node)
        if isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Call) and _callee(inner.value) in _MOCKS
        for target in inner.targets
        if isinstance(target, ast.Name)
    }
    parts = list(ast.walk(question))
    attributes = any(isinstance(part, ast.Attribute) and part.attr in _ON_MOCKS for part in parts)
    return attributes or any(isinstance(part, ast.Name) and part.id in mocks for part in parts)


def _callee(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _answers(product: Mapping[str, bytes]) -> dict[str, str]:
    """Return shape → function of each expression that a changed function answers with, names left out."""
    found: dict[str, str] = {}
    for content in product.values():
        try:
            tree = ast.parse(content)
        except (SyntaxError, ValueError, RecursionError):
            continue
        for function in ast.walk(tree):
            if isinstance(function, Function):
                for node in ast.walk(function):
                    if isinstance(node, ast.Return) and node.value is not None and _is_telling(node.value):
                        found[_nameless(node.value)] = function.name
    return found


def _repeats(question: ast.AST, oracles: Mapping[str, str]) -> str:
    if not isinstance(question, ast.Assert) or not isinstance(question.test, ast.Compare):
        return ""
    for side in question.test.comparators:
        # Numbers worked out by hand are an answer that is written down; variables are not.
        named = any(isinstance(part, ast.Name) for part in ast.walk(side))
        if named and _is_telling(side) and (owner := oracles.get(_nameless(side))):
            return owner
    return ""


def _is_telling(node: ast.expr) -> bool:
    parts = list(ast.walk(node))
    return (
        any(isinstance(part, ast.BinOp | ast.Call | ast.BoolOp | ast.comprehension) for part in parts)
        and len(parts) >= 5
    )


def _nameless(node: ast.expr) -> str:
    """Return an expression's shape: its operators and what it calls, with values and variables left out."""
    parts = []
    called = {part.func for part in ast.walk(node) if isinstance(part, ast.Call)}
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and part in called:
            parts.append(part.id)
        elif isinstance(part, ast.Name | ast.Constant):
            parts.append("_")
        elif not isinstance(part, ast.expr_context):
            parts.append(type(part).__name__ + (f":{part.attr}" if isinstance(part, ast.Attribute) else ""))
    return " ".join(parts)


def _reaches_out(node: Function, own: frozenset[str]) -> str:
    outside = _OUTSIDE - own
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            name = ast.unparse(inner.func)
            root, last = name.partition(".")[0], name.rpartition(".")[2]
            if root in outside and not name.startswith(_PURE):
                return name
            if last in _SHELLS and root != "platform":  # whose `system` says its name
                return name
        if isinstance(inner, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in inner.names]
            if isinstance(inner, ast.ImportFrom):
                names = [f"{inner.module or ''}.{name}" for name in names]
            reaching = (name for name in names if name.partition(".")[0] in outside and not name.startswith(_PURE))
            if reached := next(reaching, ""):
                return reached
        if (
            isinstance(inner, ast.Constant)
            and isinstance(inner.value, str)
            and inner.value.startswith(("tests/", "./tests"))
        ):
            return str(inner.value)
    return _test_file_read(node)


def _test_file_read(node: Function) -> str:
    """Return the test file whose text a test reads; empty when it reads none."""
    parts = list(ast.walk(node))
    named = (part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))
    reads = any(isinstance(part, ast.Call) and _callee(part) in _READS for part in parts)
    return next((name for name in named if reads and _TEST_FILE.fullmatch(name)), "")


def _finding(path: str, unit: Unit, rule: str, severity: Severity, what: str) -> Finding:
    node_id = f"{path}::{unit.name}" if unit.name else path
    return Finding(
        rule=rule,
        severity=severity,
        path=path,
        line=unit.line,
        node_id=node_id if unit.name else "",
        reason=f"the new test `{node_id}` {what}",
        remedy="Let it call the code as it is and compare with an answer that is written down.",
    )
