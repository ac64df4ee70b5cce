"""JSON for scripts: one document on one line, enums and nested nouns as plain data."""

import dataclasses
import json
from enum import Enum

import click

from journeyman.domain.event import Record


def json_out(value: object) -> None:
    """Print one JSON document on one line."""
    click.echo(json.dumps(value, sort_keys=True, ensure_ascii=True))


def json_line(record: Record) -> str:
    """Return a record as one line of JSON; the event's kind stands beside its fields."""
    fields = plain(record)
    if isinstance(fields, dict) and isinstance(fields["event"], dict):
        fields["event"]["kind"] = record.event.kind
    return json.dumps(fields, sort_keys=True, ensure_ascii=True)


def plain(value: object) -> object:
    """Return frozen nouns as dictionaries, tuples as lists, enums as their values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    match value:
        case Enum():
            return value.value
        case tuple() | list():
            return [plain(item) for item in value]
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
    return value
