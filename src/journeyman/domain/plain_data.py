"""Nouns <-> plain data: dictionaries, lists, text and numbers, as JSON holds them; generic over the classes.

On the way back a missing field takes its default and an unknown field is passed over, so what an older version
wrote stays readable.
"""

import base64
import dataclasses
import json
import types
import typing
from collections.abc import Callable, Hashable
from enum import Enum
from functools import cache

_N = typing.TypeVar("_N")


def plain(value: object) -> object:
    """Return a noun as dictionaries, lists, text and numbers."""
    match value:
        case Enum():
            return value.value
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case None | bool() | int() | float():
            return value
        case bytes():
            return base64.b64encode(value).decode()
        case tuple() | list():
            return [plain(item) for item in value]
        case _ if dataclasses.is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"an event holds no {type(value).__name__}")


def read(kind: type[_N], data: object) -> _N:
    """Return the noun of a class behind plain data.

    Raises:
        ValueError, TypeError: the data is not such a noun.
    """
    return typing.cast("_N", _reader(typing.cast("Hashable", kind))(data))


def to_json(noun: object) -> bytes:
    """Return a noun as JSON with sorted keys, to be kept as a body."""
    return json.dumps(plain(noun), sort_keys=True, separators=(",", ":")).encode()


def from_json(kind: type[_N], text: bytes) -> _N:
    """Return the noun behind what `to_json` wrote.

    Raises:
        ValueError, TypeError: the text is not such a noun.
    """
    return read(kind, json.loads(text))


_Reader = Callable[[typing.Any], typing.Any]


@cache
def _reader(hint: typing.Any) -> _Reader:
    """Return the function that reads a value of one type; made once per type."""
    if dataclasses.is_dataclass(hint):
        return _dataclass_reader(typing.cast("type[object]", hint))
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return _tuple_reader(inner)
    if origin in {types.UnionType, typing.Union}:
        present = next(part for part in inner if part is not types.NoneType)
        return _optional_reader(_reader(present))
    if issubclass(hint, Enum):
        return typing.cast("type[Enum]", hint)
    if hint is bytes:
        return _bytes
    return _plain_reader(hint)


def _dataclass_reader(kind: type[object]) -> _Reader:
    hints = typing.get_type_hints(kind)
    fields = dataclasses.fields(typing.cast("typing.Any", kind))
    readers = {field.name: _reader(hints[field.name]) for field in fields}

    def read(value: typing.Any) -> object:
        if not isinstance(value, dict):
            raise TypeError(f"{kind.__name__} is {type(value).__name__}")
        known = {name: reader(value[name]) for name, reader in readers.items() if name in value}
        return kind(**known)

    return read


def _tuple_reader(inner: tuple[typing.Any, ...]) -> _Reader:
    if inner[-1] is Ellipsis:
        item = _reader(inner[0])
        items: Callable[[int], _Reader] = lambda _place: item  # noqa: E731 - one line says it
    else:
        each = [_reader(part) for part in inner]
        items = each.__getitem__

    def read(value: typing.Any) -> object:
        if not isinstance(value, list):
            raise TypeError(f"{value!r} is not a list")
        return tuple(items(place)(part) for place, part in enumerate(value))

    return read


def _optional_reader(present: _Reader) -> _Reader:
    return lambda value: None if value is None else present(value)


def _bytes(value: typing.Any) -> bytes:
    return base64.b64decode(value, validate=True)


def _plain_reader(kind: type[object]) -> _Reader:
    def read(value: typing.Any) -> object:
        # Canonical JSON writes 1.0 as 1, so a whole number is a fine float; a bool is no number.
        if kind is float and type(value) is int:
            return float(value)
        if type(value) is not kind:
            raise TypeError(f"{value!r} is not {kind.__name__}")
        return value

    return read
