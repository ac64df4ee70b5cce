"""What was done to the assertions of a test, in words: removed, weakened, or asked for something else."""

import ast
from collections import Counter
from collections.abc import Iterator

from journeyman.judge.protection.python_bodies import Sentence, is_assertion
from journeyman.judge.protection.python_units import Function

_TOLERANCES = frozenset({"abs", "rel", "delta", "places", "atol", "rtol", "tolerance", "decimal", "significant"})
_BROAD = frozenset({"Exception", "BaseException"})
_OPERATORS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}


def assertion_words(old: Function, new: Function) -> Iterator[Sentence]:
    """Yield one sentence for each assertion that is gone, came or says something else."""
    before, after = _assertions(old), _assertions(new)
    kept = Counter(map(ast.dump, before)) & Counter(map(ast.dump, after))
    was, now = _without(before, kept.copy()), _without(after, kept.copy())
    for before_one, after_one in zip(was, now, strict=False):
        yield from _compared(before_one, after_one)
    for gone in was[len(now) :]:
        yield "assertion-removed", f"removes the assertion `{_short(gone)}`", new.lineno
    for came in now[len(was) :]:
        yield from (_emptiness(came) or (("assertion-added", f"adds the assertion `{_short(came)}`", came.lineno),))
    if not was and not now and [ast.dump(s) for s in old.body] != [ast.dump(s) for s in new.body]:
        yield from _other_input(old, new)


def _assertions(function: Function) -> list[ast.Assert | ast.Call]:
    found = [n for s in function.body for n in ast.walk(s) if is_assertion(n) and isinstance(n, ast.Assert | ast.Call)]
    inner = {id(i) for n in found for i in ast.walk(n) if i is not n}
    return sorted((n for n in found if id(n) not in inner), key=lambda n: (n.lineno, n.col_offset))


def _without(assertions: list[ast.Assert | ast.Call], kept: Counter[str]) -> list[ast.Assert | ast.Call]:
    rest = []
    for assertion in assertions:
        if kept[ast.dump(assertion)]:
            kept[ast.dump(assertion)] -= 1
        else:
            rest.append(assertion)
    return rest


def _compared(old: ast.Assert | ast.Call, new: ast.Assert | ast.Call) -> Iterator[Sentence]:
    line = new.lineno
    if emptiness := _emptiness(new):
        yield from emptiness
    elif isinstance(old, ast.Assert) and isinstance(new, ast.Assert):
        yield _assert_words(old.test, new.test, line)
    elif isinstance(old, ast.Call) and isinstance(new, ast.Call):
        yield _call_words(old, new, line)
    else:
        yield "assertion-replaced", f"asks for `{_short(new)}` and not for `{_short(old)}`", line


def _emptiness(new: ast.Assert | ast.Call) -> tuple[Sentence, ...]:
    """Return what makes an assertion one that cannot fail."""
    test = new.test if isinstance(new, ast.Assert) else next(iter(new.args), None)
    match test:
        case ast.Tuple() if isinstance(new, ast.Assert):
            words = "tuple-asserted", "asserts a tuple, which is always true,"
        case ast.BoolOp(op=ast.Or(), values=values) if any(isinstance(v, ast.Constant) and v.value for v in values):
            words = "or-true", f"adds `or {_constant(values)}`, so that it cannot fail,"
        case ast.Constant(value=value) if isinstance(new, ast.Assert) and value:
            words = "constant-asserted", f"asserts `{value!r}`, which is always true,"
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is() | ast.LtE() | ast.GtE()], comparators=[right]) if ast.dump(
            left
        ) == ast.dump(right):
            words = "self-compared", "compares a thing with itself"
        case _:
            return ()
    return ((*words, new.lineno),)


def _constant(values: list[ast.expr]) -> str:
    return next(ast.unparse(value) for value in values if isinstance(value, ast.Constant) and value.value)


def _assert_words(old: ast.expr, new: ast.expr, line: int) -> Sentence:
    said = f"asks for `{_short(new)}` and not for `{_short(old)}`"
    if isinstance(new, ast.BoolOp) and isinstance(new.op, ast.Or) and not isinstance(old, ast.BoolOp):
        return "alternative-added", f"lets another answer pass as well: it {said}", line
    if not (isinstance(old, ast.Compare) and isinstance(new, ast.Compare)):
        if isinstance(old, ast.Compare) and ast.dump(old.left) in ast.dump(new):
            return "comparison-dropped", f"compares no more: it {said}", line
        return "assertion-replaced", said, line
    operators = [_OPERATORS[type(c.ops[0])] for c in (old, new)]
    if operators[0] != operators[1]:
        technique = "comparison-inverted" if {*operators} in ({"==", "!="}, {"is", "is not"}) else "comparison-weakened"
        return technique, f"turns `{operators[0]}` into `{operators[1]}`: it {said}", line
    return _sides(old, new, line, said)


def _sides(old: ast.Compare, new: ast.Compare, line: int, said: str) -> Sentence:
    """Say which side of a comparison differs."""
    expected, now = old.comparators[0], new.comparators[0]
    if (tolerance := _tolerance(expected, now) or _tolerance(old.left, new.left)) or "approx" in ast.unparse(now):
        return "tolerance-changed", f"changes the tolerance{tolerance}: it {said}", line
    if ast.dump(old.left) == ast.dump(new.left):
        if any(isinstance(node, ast.Call) for node in ast.walk(now)) and _is_literal(expected):
            return "expectation-computed", f"computes what it expects from the code itself: it {said}", line
        return "expectation-changed", f"expects `{_short(now)}` and no more `{_short(expected)}`", line, _short(now)
    if ast.dump(expected) == ast.dump(now):
        return "input-changed", f"asks `{_short(new.left)}` and not `{_short(old.left)}`", line
    return "assertion-replaced", said, line


def _call_words(old: ast.Call, new: ast.Call, line: int) -> Sentence:
    names = [ast.unparse(call.func).rpartition(".")[2] for call in (old, new)]
    said = f"asks for `{_short(new)}` and not for `{_short(old)}`"
    if "raises" in names[0] and "raises" in names[1].lower():
        before, after = (ast.unparse(call.args[0]) if call.args else "" for call in (old, new))
        if after in _BROAD and before not in _BROAD:
            return "raises-broadened", f"lets any exception pass: `{after}` in the place of `{before}`", line
        if before != after:
            return "raises-changed", f"expects `{after}` and no more `{before}`", line
        return "raises-changed", f"changes what the exception must say: it {said}", line
    if names[0] != names[1]:
        return "comparison-weakened", f"turns `{names[0]}` into `{names[1]}`: it {said}", line
    if tolerance := _tolerance(old, new):
        return "tolerance-changed", f"changes the tolerance{tolerance}: it {said}", line
    if len(old.args) > 1 and len(new.args) > 1 and ast.dump(old.args[0]) == ast.dump(new.args[0]):
        words = f"expects `{_short(new.args[1])}` and no more `{_short(old.args[1])}`"
        return "expectation-changed", words, line, _short(new.args[1])
    return "assertion-replaced", said, line


def _tolerance(old: ast.AST, new: ast.AST) -> str:
    """Return ` (name from a to b)` when a tolerance differs between two expressions."""
    before, after = (
        {k.arg: ast.unparse(k.value) for n in ast.walk(side) if isinstance(n, ast.Call) for k in n.keywords if k.arg}
        for side in (old, new)
    )
    changed = [n for n in sorted({*before, *after} & _TOLERANCES) if before.get(n) != after.get(n)]
    if not changed:
        return ""
    was, now = (side.get(changed[0], "none") for side in (before, after))
    return f" ({changed[0]} from {was} to {now})"


def _other_input(old: Function, new: Function) -> Iterator[Sentence]:
    literals = [Counter(ast.dump(n) for n in ast.walk(f) if isinstance(n, ast.Constant)) for f in (old, new)]
    fresh = literals[1] - literals[0]
    for node in ast.walk(new):
        if isinstance(node, ast.Constant) and fresh[ast.dump(node)]:
            yield "input-changed", f"hands in `{ast.unparse(node)[:40]}`, which it did not before,", node.lineno
            return


def _is_literal(node: ast.expr) -> bool:
    return not any(isinstance(inner, ast.Call | ast.Name) for inner in ast.walk(node))


def _short(node: ast.AST) -> str:
    text = ast.unparse(node).removeprefix("assert ")
    return text if len(text) <= 70 else f"{text[:67]}..."
