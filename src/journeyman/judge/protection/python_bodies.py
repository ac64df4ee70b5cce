"""What was done to the body of a test, a fixture or a helper, in words."""

import ast
from collections import Counter
from collections.abc import Iterator

from journeyman.judge.protection.python_units import Function

Sentence = tuple[str, str, int] | tuple[str, str, int, str]
"""(technique, words, line, what is expected now)."""

_SKIPPING = frozenset({"skip", "skipTest", "importorskip", "SkipTest", "xfail", "exit", "_exit", "abort", "fail"})
_MOCKS = frozenset({"Mock", "MagicMock", "AsyncMock", "NonCallableMock", "create_autospec", "patch", "mocker"})
_PATCHING = frozenset({"setattr", "setitem", "delattr", "patch.object", "patch", "patch.dict"})
_WAITING = frozenset({"timeout", "max_wait", "deadline", "wait", "delay", "timeout_s", "seconds"})


def body_words(old: Function, new: Function) -> Iterator[Sentence]:
    """Yield one sentence for each thing done to a body, assertions aside."""
    for rule in _RULES:
        yield from rule(old, new)


def is_assertion(node: ast.AST) -> bool:
    """Return whether a node checks something: `assert`, `self.assert...`, `pytest.raises`, `assert_...`."""
    match node:
        case ast.Assert():
            return True
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name.startswith(("assert", "check_")) or name in {"raises", "warns", "fail", "deprecated_call"}
    return False


def _emptied(old: Function, new: Function) -> Iterator[Sentence]:
    if _does_nothing(new.body) and not _does_nothing(old.body):
        yield "emptied", "leaves nothing to do", new.lineno


def _does_nothing(body: list[ast.stmt]) -> bool:
    quiet = (ast.Pass, ast.Global, ast.Nonlocal)
    return all(isinstance(s, quiet) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)) for s in body)


def _generator(old: Function, new: Function) -> Iterator[Sentence]:
    yields = (ast.Yield, ast.YieldFrom)
    if any(isinstance(n, yields) for n in _own(new)) and not any(isinstance(n, yields) for n in _own(old)):
        yield "made-a-generator", "makes it a generator, whose body never runs,", _line(new, yields)


def _early_return(old: Function, new: Function) -> Iterator[Sentence]:
    leaving = (ast.Return, ast.Raise, ast.Continue, ast.Break)
    before = Counter(ast.dump(node) for node in _own(old) if isinstance(node, leaving))
    for node in _own(new):
        if not isinstance(node, leaving):
            continue
        if before[ast.dump(node)]:
            before[ast.dump(node)] -= 1
            continue
        last = node is new.body[-1]
        if isinstance(node, ast.Return) and last:
            yield "return-changed", f"makes it end in `{ast.unparse(node)[:60]}`", node.lineno
        elif isinstance(node, ast.Return):
            words = f"returns early (`{ast.unparse(node)[:60]}`), before what follows is checked,"
            yield "early-return", words, node.lineno
        elif not _names(node) & _SKIPPING:
            yield "leaves-early", f"leaves early (`{ast.unparse(node)[:60]}`)", node.lineno


def _skips(old: Function, new: Function) -> Iterator[Sentence]:
    before = Counter(map(_callee, _calls(old)))
    for call in _calls(new):
        name = _callee(call)
        last = name.rpartition(".")[2]
        if before[name]:
            before[name] -= 1
        elif last in _SKIPPING:
            technique = "importorskip-added" if last == "importorskip" else "skip-added"
            technique = "xfail-added" if last == "xfail" else technique
            yield technique, f"calls `{ast.unparse(call)[:60]}` in it", call.lineno


def _mocks(old: Function, new: Function) -> Iterator[Sentence]:
    before = {ast.dump(call) for call in _calls(old)}
    for call in _calls(new):
        name = _callee(call)
        last, tail = name.rpartition(".")[2], name.removeprefix("mock.").removeprefix("unittest.")
        patching = tail in _PATCHING or (last in _PATCHING and name.startswith(("monkeypatch", "mocker", "mock")))
        if ast.dump(call) not in before and (last in _MOCKS or patching):
            yield "mock-added", f"replaces what is tested with `{ast.unparse(call)[:60]}`", call.lineno
    known = {ast.unparse(target) for target in _targets(old)}
    for target in _targets(new):
        if isinstance(target, ast.Attribute | ast.Subscript) and ast.unparse(target) not in known:
            text = ast.unparse(target)
            if not text.startswith(("self.", "cls.")):
                yield "mock-added", f"puts something else in the place of `{text[:60]}`", target.lineno


def _guards(old: Function, new: Function) -> Iterator[Sentence]:
    """Say what was put around assertions."""
    for kind, technique, words in (
        (ast.Try, "exception-swallowed", "puts `try` around the assertion, so that its failure is swallowed,"),
        (ast.If, "assertion-guarded", "asserts only on a condition"),
        (ast.For, "assertion-in-loop", "asserts in a loop, which may have no rounds,"),
        (ast.While, "assertion-in-loop", "asserts in a loop, which may have no rounds,"),
        (ast.FunctionDef, "assertion-unreached", "puts the assertion into a function of its own"),
    ):
        before, after = (_around(function, kind) for function in (old, new))
        if len(after) > len(before):
            yield technique, words, after[-1].lineno
    before_with, after_with = (_around(function, ast.With) for function in (old, new))
    known = {ast.unparse(item) for w in before_with if isinstance(w, ast.With) for item in w.items}
    for node in after_with:
        for item in node.items if isinstance(node, ast.With) else ():
            text = ast.unparse(item)
            if text in known:
                continue
            if "raises" in text or "suppress" in text:
                words = f"expects a failure (`with {text[:60]}`) around the assertion"
                yield "exception-swallowed", words, node.lineno
            else:
                yield "wrapped", f"puts `with {text[:60]}` around the assertion", node.lineno


def _around(function: Function, kind: type[ast.stmt]) -> list[ast.stmt]:
    return [
        node
        for node in ast.walk(function)
        if isinstance(node, kind) and node is not function and any(is_assertion(inner) for inner in ast.walk(node))
    ]


def _patience(old: Function, new: Function) -> Iterator[Sentence]:
    before = [k for call in _calls(old) for k in call.keywords if k.arg in _WAITING]
    after = [k for call in _calls(new) for k in call.keywords if k.arg in _WAITING]
    for was, now in zip(before, after, strict=False):
        if was.arg == now.arg and ast.dump(was.value) != ast.dump(now.value):
            change = f"`{was.arg}` from {ast.unparse(was.value)} to {ast.unparse(now.value)}"
            yield "timeout-changed", f"changes {change}", now.value.lineno
    sleeps = [sum(_callee(call).endswith("sleep") for call in _calls(f)) for f in (old, new)]
    if sleeps[1] > sleeps[0]:
        yield "sleep-added", "adds a pause", new.lineno


_RULES = (_emptied, _generator, _early_return, _skips, _mocks, _guards, _patience)


def _own(function: Function) -> Iterator[ast.AST]:
    """Yield the nodes of a function but not those of functions within it."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop(0)
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            pending[:0] = ast.iter_child_nodes(node)


def _line(function: Function, kinds: tuple[type[ast.expr], ...]) -> int:
    return next((node.lineno for node in _own(function) if isinstance(node, kinds)), function.lineno)


def _calls(function: Function) -> list[ast.Call]:
    return [node for statement in function.body for node in ast.walk(statement) if isinstance(node, ast.Call)]


def _callee(call: ast.Call) -> str:
    return ast.unparse(call.func)


def _names(node: ast.AST) -> set[str]:
    return {
        n.id if isinstance(n, ast.Name) else n.attr for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute)
    }


def _targets(function: Function) -> list[ast.expr]:
    return [t for node in ast.walk(function) if isinstance(node, ast.Assign) for t in node.targets]
