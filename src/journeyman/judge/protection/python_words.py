"""What was done to a Python definition, in words: decorators, parameters, signatures, heads of classes, constants."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from journeyman.judge.protection.edit import TestEdit
from journeyman.judge.protection.python_assertions import assertion_words
from journeyman.judge.protection.python_bodies import body_words
from journeyman.judge.protection.python_units import Definition, Function, Unit, imported_from

_SKIPS = frozenset({"skip", "skipif", "skipIf", "skipUnless"})
_XFAILS = frozenset({"xfail", "expectedFailure"})
_RETRIES = frozenset({"flaky", "retry", "rerun", "reruns", "repeat"})
_MOCKS = frozenset({"patch", "patch.object", "patch.dict", "patch.multiple", "mock_aws"})


class Said(NamedTuple):
    """One sentence about one difference."""

    technique: str
    what: str
    line: int
    expected: str = ""


def describe(was: Unit, now: Unit) -> Iterator[TestEdit]:
    """Yield one edit for each thing that was done to a unit; at least one."""
    name = now.name if isinstance(now.node, Definition) else now.owner
    said = list(_sentences(was, now)) or [Said(*_in_general(was, now))]
    for technique, what, line, expected in dict.fromkeys(said):
        yield TestEdit(technique, name, line, what, expected=expected)


def _sentences(was: Unit, now: Unit) -> Iterator[Said]:
    old, new = was.node, now.node
    if isinstance(old, Function) and isinstance(new, Function):
        yield from _decorators(old, new)
        yield from _signature(old, new)
        for sentence in (*body_words(old, new), *assertion_words(old, new)):
            yield Said(*sentence)
    elif isinstance(old, ast.ClassDef) and isinstance(new, ast.ClassDef):
        yield from _decorators(old, new)
        parents, now_parents = [ast.unparse(b) for b in old.bases], [ast.unparse(b) for b in new.bases]
        if parents != now_parents:
            yield Said("parents-changed", f"makes `{new.name}` inherit from ({', '.join(now_parents)})", new.lineno)
    elif now.own_name in {"pytestmark", "__test__", "collect_ignore", "pytest_plugins"}:
        yield Said("collection-switch", f"changes `{now.own_name}` to `{_short(_value(new))}`", now.line)
    elif now.is_import:
        places = imported_from(was.shape), imported_from(now.shape)
        yield Said("import-changed", f"takes `{now.own_name}` from `{places[1]}` and not from `{places[0]}`", now.line)
    elif isinstance(new, ast.Assign | ast.AnnAssign):
        rows = _rows_lost(_value(old), _value(new))
        words = rows or f"changes `{now.own_name}` from `{_short(_value(old))}` to `{_short(_value(new))}`"
        yield Said("rows-removed" if rows else "value-changed", words, now.line)


def _in_general(was: Unit, now: Unit) -> tuple[str, str, int]:
    if isinstance(now.node, Function) and isinstance(was.node, Function):
        before = [ast.dump(statement) for statement in was.node.body]
        line = next((s.lineno for s in now.node.body if ast.dump(s) not in before), now.line)
        kind = "fixture" if _is_fixture(now.node) else "test" if now.own_name.lower().startswith("test") else "helper"
        return f"{kind}-changed", f"changes what the {kind} does", line
    return "changed", "changes what is written", now.line


def _decorators(old: Definition, new: Definition) -> Iterator[Said]:
    before, after = [ast.dump(d) for d in old.decorator_list], [ast.dump(d) for d in new.decorator_list]
    removed = [d for d in old.decorator_list if ast.dump(d) not in after]
    added = [d for d in new.decorator_list if ast.dump(d) not in before]
    for decorator in added:
        twin = next((d for d in removed if _name(d) == _name(decorator)), None)
        if twin is not None:
            removed.remove(twin)
            yield _changed_decorator(twin, decorator)
        else:
            yield _added_decorator(decorator)
    for decorator in removed:
        what = "its rows" if _name(decorator) == "parametrize" else f"`@{ast.unparse(decorator)[:60]}`"
        yield Said("decorator-removed", f"takes {what} away", new.lineno)
    if not added and not removed and before != after:
        yield Said("decorators-reordered", "puts its decorators in another order", new.lineno)


_ADDED: tuple[tuple[frozenset[str], str, str], ...] = (
    (frozenset({"skip"}), "skip-added", "adds `@{}`, which skips the test,"),
    (_SKIPS - {"skip"}, "skipif-added", "adds `@{}`, which skips the test on a condition,"),
    (_XFAILS, "xfail-added", "adds `@{}`, so that the test is expected to fail,"),
    (_RETRIES, "retries-added", "adds `@{}`, so that the test is repeated until it passes,"),
    (frozenset({"timeout"}), "timeout-added", "adds `@{}`"),
    (frozenset({"fixture", "yield_fixture"}), "made-a-fixture", "adds `@{}`, so that it runs as no test,"),
    (frozenset({"parametrize"}), "rows-added", "adds `@{}`"),
)


def _added_decorator(decorator: ast.expr) -> Said:
    name, text, line = _name(decorator), ast.unparse(decorator)[:80], decorator.lineno
    last = name.rpartition(".")[2]
    for names, technique, words in _ADDED:
        if last in names:
            return Said(technique, words.format(text), line)
    if name in _MOCKS or last in _MOCKS or ".patch" in f".{text.partition('(')[0]}":
        return Said("mock-added", f"adds `@{text}`, which replaces what is tested,", line)
    if text.startswith("pytest.mark."):
        return Said("mark-added", f"adds `@{text}`, by which a run may leave it out,", line)
    return Said("decorator-added", f"adds `@{text}`, which runs in the place of the test,", line)


def _changed_decorator(old: ast.expr, new: ast.expr) -> Said:
    name, line = _name(new), new.lineno
    if name == "parametrize" and isinstance(old, ast.Call) and isinstance(new, ast.Call):
        before, after = (_argument(call, 1, "argvalues") for call in (old, new))
        if before is not None and after is not None:
            if words := _rows_lost(before, after):
                return Said("rows-emptied" if "every row" in words else "rows-removed", words, line)
            if ast.dump(before) != ast.dump(after):
                return Said("rows-changed", f"changes the rows from `{_short(before)}` to `{_short(after)}`", line)
        return Said("parametrize-changed", "changes how the rows are named or handed on", line)
    if name == "timeout":
        return Said("timeout-changed", f"changes the timeout to `{ast.unparse(new)}`", line)
    if name in _SKIPS | _XFAILS:
        return Said(f"{name}-changed", f"changes when it is left out to `{ast.unparse(new)[:80]}`", line)
    return Said("decorator-changed", f"changes `@{ast.unparse(old)[:60]}` to `@{ast.unparse(new)[:60]}`", line)


def _signature(old: Function, new: Function) -> Iterator[Said]:
    if isinstance(old, ast.FunctionDef) and isinstance(new, ast.AsyncFunctionDef):
        yield Said("made-async", "makes it a coroutine, which a runner may never await,", new.lineno)
    if isinstance(old, ast.AsyncFunctionDef) and isinstance(new, ast.FunctionDef):
        yield Said("made-sync", "makes it a plain function", new.lineno)
    before, after = ([a.arg for a in f.args.args] for f in (old, new))
    if before != after:
        patching = {"monkeypatch", "mocker", "mock"}.intersection(after).difference(before)
        words = f"takes ({', '.join(after)}) in the place of ({', '.join(before)})"
        yield Said("mock-added" if patching else "arguments-changed", words, new.lineno)
    elif [ast.dump(d) for d in old.args.defaults] != [ast.dump(d) for d in new.args.defaults]:
        yield Said("defaults-changed", "changes the defaults of its arguments", new.lineno)


def _rows_lost(old: ast.expr | None, new: ast.expr | None) -> str:
    sequences = ast.List, ast.Tuple, ast.Set
    if isinstance(old, ast.Dict) and isinstance(new, ast.Dict):
        lost = len(old.keys) - len(new.keys)
        left = len(new.keys)
    elif isinstance(old, sequences) and isinstance(new, sequences):
        lost, left = len(old.elts) - len(new.elts), len(new.elts)
    else:
        return ""
    if lost <= 0:
        return ""
    return f"removes {lost} of {lost + left} rows" if left else f"removes every row ({lost})"


def _is_fixture(node: Function) -> bool:
    return any(_name(decorator) in {"fixture", "yield_fixture"} for decorator in node.decorator_list)


def _name(decorator: ast.expr) -> str:
    target = ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)
    return target.removeprefix("pytest.").removeprefix("mark.").removeprefix("unittest.").removeprefix("mock.")


def _argument(call: ast.Call, position: int, name: str) -> ast.expr | None:
    if len(call.args) > position:
        return call.args[position]
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _value(node: ast.stmt) -> ast.expr | None:
    return node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None


def _short(node: ast.expr | None) -> str:
    text = ast.unparse(node) if node is not None else "nothing"
    return text if len(text) <= 60 else f"{text[:57]}..."
