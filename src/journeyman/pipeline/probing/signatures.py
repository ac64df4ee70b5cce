"""Calls by signature: a changed function with annotated parameters -> calls with values at the ends of their ranges."""

import ast
import random
from collections.abc import Iterator, Mapping, Sequence

_EACH = 20
"""Calls of one function, at most."""
_POOLS: Mapping[str, tuple[object, ...]] = {
    "int": (0, 1, -1, 2, 10, 99),
    "float": (0.0, 1.0, -0.5, 2.25, 100.0),
    "str": ("", "a", "Ab c", " x ", "0", "a,b"),
    "bool": (True, False),
    "bytes": (b"", b"ab"),
    "None": (None,),
}


def calls(path: str, before: str, after: str) -> Iterator[tuple[str, str]]:
    """Yield (name, source) of calls of each function at the top of a file that differs between two versions of it.

    A function with a parameter of a type that is not simple is left alone: what to give it would be a guess.
    """
    module = module_of(path)
    old, new = _functions(before), _functions(after)
    for name, node in new.items():
        if name.startswith("_") or (name in old and ast.dump(old[name]) == ast.dump(node)):
            continue
        arguments = [*node.args.posonlyargs, *node.args.args]
        pools = [_values(one.annotation, node) for one in arguments]
        if not all(pools) or node.args.vararg or node.args.kwonlyargs:
            continue
        for number, chosen in enumerate(_rows(pools)):
            given = ", ".join(map(repr, chosen))
            yield f"{path}::{name}({number})", f"from {module} import {name}\ntell({name}({given}))\n"


def module_of(path: str) -> str:
    """Return how a product file is imported, from the root or from `src`."""
    inner = path.removeprefix("src/").removesuffix(".py").removesuffix("/__init__")
    return inner.replace("/", ".")


def _functions(source: str) -> dict[str, ast.FunctionDef]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def _values(annotation: ast.expr | None, function: ast.FunctionDef) -> list[object]:
    """Return values of a type: its ends, then those that the function itself speaks of and their neighbours."""
    match annotation:
        case ast.Name(id=name) if name in _POOLS:
            return [*_spoken(name, function), *_POOLS[name]]
        case ast.Constant(value=None):
            return [None]
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return [*_values(left, function), *_values(right, function)]
        case ast.Subscript(value=ast.Name(id="list" | "Sequence" | "Iterable"), slice=item):
            inner = _values(item, function)[:4]
            return [[], inner[:1], inner, inner[::-1], inner[:1] * 3] if inner else []
        case ast.Subscript(value=ast.Name(id="dict" | "Mapping"), slice=ast.Tuple(elts=[key, value])):
            keys, values = _values(key, function)[:3], _values(value, function)[:3]
            return [{}, dict(zip(map(_hashable, keys), values, strict=False))] if keys and values else []
    return []


def _hashable(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _spoken(name: str, function: ast.FunctionDef) -> Sequence[object]:
    constants = [part.value for part in ast.walk(function) if isinstance(part, ast.Constant)]
    if name == "int":
        numbers = [value for value in constants if type(value) is int]
        return [near for value in dict.fromkeys(numbers) for near in (value, value - 1, value + 1)][:9]
    if name == "str":
        texts = [value for value in constants if isinstance(value, str) and len(value) <= 20]
        return [text for value in dict.fromkeys(texts) for text in (value, f"a{value}b")][:8]
    return []


def _rows(pools: Sequence[list[object]]) -> list[tuple[object, ...]]:
    """Return rows of arguments: each value of each pool in turn, then draws from a fixed seed."""
    draw = random.Random(7)  # noqa: S311 - no secret: equal runs must ask alike
    first = tuple(pool[0] for pool in pools)
    rows = [first]
    for place, pool in enumerate(pools):
        rows += [(*first[:place], value, *first[place + 1 :]) for value in pool[1:4]]
    rows += [tuple(draw.choice(pool) for pool in pools) for _ in range(_EACH)]
    return list({repr(row): row for row in rows}.values())[:_EACH]
