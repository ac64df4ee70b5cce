"""Event <-> canonical JSON (RFC 8785), generic over the event classes.

Every field is written, so a log reads without knowing defaults. On the way back an unknown kind is an
error, a missing field takes its default and an unknown field is passed over: an older log stays
readable for ever, a newer one as far as its kinds are known.
"""

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Hashable
from enum import Enum
from functools import cache

import rfc8785

from journeyman.domain.errors import UserError
from journeyman.domain.event import EVENT_KINDS, Event

_UPGRADE = "Read this log with the version of Journeyman that wrote it, or a newer one."
_DAMAGED = "Verify the log: the record may have been altered."


def encode(event: Event) -> str:
    """Return the fields of an event as canonical JSON.

    Text that is not Unicode (a path of stray bytes) is written with its bytes escaped.

    Raises:
        ValueError: a number that JSON cannot hold exactly: not finite, or an integer of 2**53 and more.
    """
    return rfc8785.dumps(typing.cast("dict[str, typing.Any]", plain(event))).decode()


def decode(kind: str, text: str) -> Event:
    """Return the event behind its kind and canonical JSON.

    Raises:
        UserError: the kind is unknown, or the text is not such an event.
    """
    event = EVENT_KINDS.get(kind)
    if event is None:
        raise UserError(f"unknown kind of event `{kind}`", remedy=_UPGRADE)
    try:
        built: Event = _reader(typing.cast("Hashable", event))(json.loads(text))
    except (ValueError, TypeError) as error:
        raise UserError(f"not a `{kind}` event: {error}", remedy=_DAMAGED) from error
    return built


def plain(value: object) -> object:
    """Return a noun as dictionaries, lists, text and numbers."""
    match value:
        case Enum():
            return value.value
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case None | bool() | int() | float():
            return value
        case tuple() | list():
            return [plain(item) for item in value]
        case _ if dataclasses.is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"an event holds no {type(value).__name__}")


_Reader = Callable[[typing.Any], typing.Any]


@cache
def _reader(hint: typing.Any) -> _Reader:
    """Return the function that reads a value of one type; made once per type."""
    if dataclasses.is_dataclass(hint):
        return _dataclass_reader(typing.cast("type[object]", hint))
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return _tuple_reader(_reader(inner[0]))
    if origin in {types.UnionType, typing.Union}:
        present = next(part for part in inner if part is not types.NoneType)
        return _optional_reader(_reader(present))
    if issubclass(hint, Enum):
        return typing.cast("type[Enum]", hint)
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


def _tuple_reader(item: _Reader) -> _Reader:
    def read(value: typing.Any) -> object:
        if not isinstance(value, list):
            raise TypeError(f"{value!r} is not a list")
        return tuple(item(part) for part in value)

    return read


def _optional_reader(present: _Reader) -> _Reader:
    return lambda value: None if value is None else present(value)


def _plain_reader(kind: type[object]) -> _Reader:
    def read(value: typing.Any) -> object:
        # Canonical JSON writes 1.0 as 1, so a whole number is a fine float; a bool is no number.
        if kind is float and type(value) is int:
            return float(value)
        if type(value) is not kind:
            raise TypeError(f"{value!r} is not {kind.__name__}")
        return value

    return read
