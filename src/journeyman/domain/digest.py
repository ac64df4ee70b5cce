"""Content digests: the one spelling of "the same bytes" used across the product."""

import dataclasses
import hashlib
import json
from enum import Enum

_NOT_A_NOUN = "a digest is taken of plain values, enums, sequences and dataclasses, not of {}"


def digest_bytes(data: bytes) -> str:
    """Return the lower-case hexadecimal SHA-256 of `data` (64 characters)."""
    return hashlib.sha256(data).hexdigest()


def digest_noun(noun: object) -> str:
    """Return the SHA-256 of a frozen noun's content, the same on every machine.

    Field names are ASCII and numbers are integers or short decimals, so sorted compact JSON is
    already in the canonical form of RFC 8785 and the domain needs no third-party encoder.
    """
    text = json.dumps(_plain(noun), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return digest_bytes(text.encode("utf-8", "surrogatepass"))


def _plain(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case None | str() | bool() | int() | float():
            return value
        case bytes():
            return digest_bytes(value)
        case tuple() | list():
            return [_plain(item) for item in value]
        case _ if dataclasses.is_dataclass(value):
            return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(_NOT_A_NOUN.format(type(value).__name__))
