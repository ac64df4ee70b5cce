"""Variants: a question asked again with one literal changed, few of each and in fixed order."""

import ast
import copy
from collections.abc import Iterator, Sequence

_LONGEST_TEXT = 200


def variants(
    statements: Sequence[ast.stmt], *, most: int, spoken: Sequence[str | int] = ()
) -> Iterator[tuple[ast.stmt, ...]]:
    """Yield at most `most` copies: a deed done twice or not at all, then one literal changed each, in turn.

    Args:
        statements: of the question.
        most: copies.
        spoken: what the code in question speaks of itself: the texts and numbers that it treats in a way of their own.
    """
    deeds = list(_other_deeds(statements))[: most // 2]
    yield from deeds
    most -= len(deeds)
    nodes = _nodes(statements)
    queues = {place: others for place, node in enumerate(nodes) if (others := _mixed(node, spoken))}
    places = list(queues)
    given = 0
    for turn in range(max(map(len, queues.values()), default=0)):
        for place in places:
            if turn < len(queues[place]) and given < most:
                given += 1
                yield _with(statements, place, queues[place][turn])


def _other_deeds(statements: Sequence[ast.stmt]) -> Iterator[tuple[ast.stmt, ...]]:
    """Yield copies with one call for its effect repeated, then left out: what state remembers shows in those."""
    calls = [place for place, statement in enumerate(statements) if _is_deed(statement)]
    for twice in (2, 0):
        for place in calls:
            yield (*statements[:place], *[statements[place]] * twice, *statements[place + 1 :])


def _is_deed(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="tell"))):
            return False
        case ast.Expr(value=ast.Call()):
            return True
    return False


def _nodes(statements: Sequence[ast.stmt]) -> list[ast.AST]:
    """Return every node in an order that a copy has too; f-strings and what is told when something raised apart."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = list(reversed(statements))
    while waiting:
        node = waiting.pop()
        found.append(node)
        if not isinstance(node, ast.JoinedStr | ast.ExceptHandler):
            waiting += reversed(list(ast.iter_child_nodes(node)))
    return found


def _with(statements: Sequence[ast.stmt], place: int, value: ast.expr) -> tuple[ast.stmt, ...]:
    copied = copy.deepcopy(tuple(statements))
    target = _nodes(copied)[place]
    for node in _nodes(copied):
        for field, held in ast.iter_fields(node):
            if held is target:
                setattr(node, field, value)
            elif isinstance(held, list) and any(item is target for item in held):
                held[:] = [value if item is target else item for item in held]
    return copied


def _mixed(node: ast.AST, spoken: Sequence[str | int]) -> list[ast.expr]:
    """Return a literal's neighbours and what the code speaks of, one of each in turn."""
    near, far = _others(node), _spoken(node, spoken)
    paired = [one for pair in zip(far, near, strict=False) for one in pair]
    shorter = min(len(near), len(far))
    return [*paired, *near[shorter:], *far[shorter:]]


def _spoken(node: ast.AST, spoken: Sequence[str | int]) -> list[ast.expr]:
    match node:
        case ast.Constant(value=str(value)) if len(value) <= _LONGEST_TEXT:
            middle = len(value) // 2
            words = [word for word in spoken if isinstance(word, str)]
            return [ast.Constant(value[:middle] + word + value[middle:]) for word in words]
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            numbers = [number for number in spoken if isinstance(number, int) and number != value]
            return [ast.Constant(number) for number in numbers]
    return []


def _others(node: ast.AST) -> list[ast.expr]:
    """Return what may stand in a literal's place, the nearest neighbours first."""
    match node:
        case ast.Constant(value=bool(value)):
            return [ast.Constant(not value)]
        case ast.Constant(value=int(value)):
            return [ast.Constant(other) for other in _numbers(value)]
        case ast.Constant(value=float(value)):
            return [
                ast.Constant(other) for other in dict.fromkeys((value + 0.5, -value, 0.0, value / 3)) if other != value
            ]
        case ast.Constant(value=str(value)) if len(value) <= _LONGEST_TEXT:
            return [ast.Constant(other) for other in _texts(value)]
        case ast.List(elts=items, ctx=ast.Load()) | ast.Tuple(elts=items, ctx=ast.Load()) if items:
            kind = type(node)
            orders: tuple[list[ast.expr], ...] = (items[::-1], items[:-1], [*items, items[0]], [])
            made = [kind(elts=copy.deepcopy(order), ctx=ast.Load()) for order in orders]
            return [other for other in made if ast.dump(other) != ast.dump(node)]
        case ast.Dict(keys=keys, values=values) if keys:
            return [ast.Dict(keys=keys[:-1], values=values[:-1]), ast.Dict(keys=[], values=[])]
    return []


def _numbers(value: int) -> list[int]:
    return [
        other for other in dict.fromkeys((value + 1, value - 1, 0, value * 2, -value, value * 10 + 7)) if other != value
    ]


def _texts(value: str) -> list[str]:
    middle = len(value) // 2
    others = (
        value[:-1],
        value + value[-1:],
        "",
        value[::-1],
        value.swapcase(),
        f" {value} ",
        value[:middle] + " " + value[middle:],
    )
    return [other for other in dict.fromkeys(others) if other != value]
