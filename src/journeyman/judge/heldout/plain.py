"""Runs inside the sandbox: values as plain data, by exact type, between the examiner and the witness.

A subclass of `int` is not an `int` here. Whatever is not one of the types below crosses as a
reference, and nothing about it is taken on the product's word. Standard library only.
"""

import datetime as dt
import decimal
import fractions
import pathlib
import uuid
from collections.abc import Callable
from typing import Any

DEPTH_MOST = 40
ITEMS_MOST = 200_000

_TEXT: dict[type, tuple[str, Callable[[Any], str], Callable[[str], Any]]] = {
    int: ("int", str, int),
    float: ("float", float.__repr__, float),
    complex: ("complex", complex.__repr__, complex),
    bytes: ("bytes", bytes.hex, bytes.fromhex),
    decimal.Decimal: ("decimal", str, decimal.Decimal),
    fractions.Fraction: ("fraction", str, fractions.Fraction),
    dt.datetime: ("datetime", dt.datetime.isoformat, dt.datetime.fromisoformat),
    dt.date: ("date", dt.date.isoformat, dt.date.fromisoformat),
    dt.time: ("time", dt.time.isoformat, dt.time.fromisoformat),
    uuid.UUID: ("uuid", str, uuid.UUID),
    pathlib.PosixPath: ("path", str, pathlib.PosixPath),
    pathlib.PurePosixPath: ("purepath", str, pathlib.PurePosixPath),
}
_READ = {tag: read for tag, _, read in _TEXT.values()}
_MANY: dict[type, str] = {list: "list", tuple: "tuple", set: "set", frozenset: "frozenset"}
_MAKE: dict[str, Callable[[list[Any]], Any]] = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}


def write(value: object, refer: Callable[[object], object], depth: int = 0) -> object:
    """Return a value as JSON data; `refer` writes what is of no plain type."""
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return value
    if kind in _TEXT:
        tag, text, _ = _TEXT[kind]
        return {"$": tag, "v": text(value)}
    if kind is dt.timedelta:
        span: Any = value
        return {"$": "span", "v": [span.days, span.seconds, span.microseconds]}
    sized: Any = value
    if depth < DEPTH_MOST and (kind in _MANY or kind is dict) and len(sized) <= ITEMS_MOST:
        if kind is dict:
            return {
                "$": "dict",
                "v": [[write(k, refer, depth + 1), write(v, refer, depth + 1)] for k, v in sized.items()],
            }
        return {"$": _MANY[kind], "v": [write(item, refer, depth + 1) for item in sized]}
    return refer(value)


def read(data: Any, resolve: Callable[[dict[str, Any]], object]) -> Any:
    """Return what JSON data says; `resolve` reads what is of no plain type.

    Raises:
        ValueError, TypeError, KeyError: it says nothing that can be read.
    """
    if data is None or isinstance(data, bool | str):
        return data
    tag = data["$"]
    if tag in _READ:
        return _READ[tag](data["v"])
    if tag == "span":
        days, seconds, microseconds = data["v"]
        return dt.timedelta(days, seconds, microseconds)
    if tag == "dict":
        return {read(key, resolve): read(value, resolve) for key, value in data["v"]}
    if tag in _MAKE:
        return _MAKE[tag]([read(item, resolve) for item in data["v"]])
    return resolve(data)
