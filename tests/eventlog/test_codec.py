"""The codec: every event survives it, old shapes stay readable, damage is named."""

import dataclasses
import json
import types
from enum import Enum
from pathlib import Path
from typing import Any, cast, get_args, get_origin, get_type_hints

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyman.domain.errors import UserError
from journeyman.domain.event import EVENT_KINDS, CandidateVerified, Event, MoveChosen
from journeyman.domain.finding import Finding, Severity
from journeyman.eventlog.codec import decode, encode

GOLDEN = Path(__file__).parent.parent / "golden"
"""`<kind>.json` holds one event of each kind as it was first written. When a class gains a field, the old
file stays and `<kind>.2.json` joins it."""
LARGEST = 2**53 - 1

_CHANCE: dict[type, st.SearchStrategy[Any]] = {
    str: st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    int: st.integers(-LARGEST, LARGEST),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    types.NoneType: st.none(),
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for anything of a type that may stand in an event."""
    if dataclasses.is_dataclass(hint):
        hints = get_type_hints(hint)
        fields = {field.name: values(hints[field.name]) for field in dataclasses.fields(hint)}
        return st.builds(cast("type[object]", hint), **fields)
    if get_origin(hint) is tuple:
        return st.lists(values(get_args(hint)[0]), max_size=3).map(tuple)
    if get_origin(hint) is types.UnionType:
        return st.one_of([values(part) for part in get_args(hint)])
    return st.sampled_from(list(hint)) if issubclass(hint, Enum) else _CHANCE[hint]


def example(hint: Any, name: str = "") -> Any:
    """Return one value of a type, always the same, with no field at its default."""
    if dataclasses.is_dataclass(hint):
        hints = get_type_hints(hint)
        fields = {field.name: example(hints[field.name], field.name) for field in dataclasses.fields(hint)}
        return cast("type[object]", hint)(**fields)
    if get_origin(hint) is tuple:
        return (example(get_args(hint)[0], name),)
    if get_origin(hint) is types.UnionType:
        return example(get_args(hint)[0], name)
    if issubclass(hint, Enum):
        return list(hint)[-1]
    return {str: f"the “{name}”\n\té", int: len(name), float: len(name) + 0.25, bool: True}[hint]


@settings(deadline=None)
@given(st.one_of([values(kind) for kind in EVENT_KINDS.values()]))
def test_every_event_survives(event: Event) -> None:
    text = encode(event)
    assert decode(event.kind, text) == event
    assert encode(decode(event.kind, text)) == text
    assert rfc8785.dumps(json.loads(text, parse_int=float)).decode() == text


@pytest.mark.parametrize("kind", EVENT_KINDS)
def test_the_latest_shape_is_written_to_the_byte(kind: str) -> None:
    shapes = sorted(GOLDEN.glob(f"{kind}.*json"), key=lambda path: (len(path.name), path.name))
    assert shapes, f"keep this as {GOLDEN / kind}.json: {encode(example(EVENT_KINDS[kind]))}"
    text = shapes[-1].read_text("utf-8").removesuffix("\n")
    assert encode(decode(kind, text)) == text
    assert decode(kind, text) == example(EVENT_KINDS[kind])


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.name)
def test_every_old_shape_stays_readable(path: Path) -> None:
    kind = path.name.partition(".")[0]
    written = json.loads(path.read_text("utf-8"))
    rewritten = json.loads(encode(decode(kind, json.dumps(written))))
    assert _keeps(rewritten, written)


def _keeps(new: Any, old: Any) -> bool:
    """Whether everything that was written is there still; a class within an event may have gained fields too."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(name in new and _keeps(new[name], value) for name, value in old.items())
    if isinstance(old, list):
        return isinstance(new, list) and len(new) == len(old) and all(map(_keeps, new, old))
    return bool(new == old)


def test_a_missing_field_takes_its_default_and_an_unknown_one_is_passed_over() -> None:
    verified = example(CandidateVerified)
    data = json.loads(encode(verified))
    data["findings"] = [{"rule": "test-deleted", "severity": "reject", "reason": "gone", "colour": "red"}]
    data["weather"] = "fine"
    read = decode(CandidateVerified.kind, json.dumps(data))
    expected = Finding(rule="test-deleted", severity=Severity.REJECT, reason="gone")
    assert read == dataclasses.replace(verified, findings=(expected,))


@pytest.mark.parametrize(
    "data",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"lineage":1,"move":"x"}',
        '{"lineage":"1","move":"x","reason":"y"}',
        '{"lineage":true,"move":"x","reason":"y"}',
        '{"lineage":1.5,"move":"x","reason":"y"}',
        '{"lineage":1,"move":null,"reason":"y"}',
        '{"lineage":1,"move":["x"],"reason":"y"}',
    ],
)
def test_what_is_no_such_event_is_refused(data: str) -> None:
    with pytest.raises(UserError, match="move-chosen"):
        decode(MoveChosen.kind, data)


def test_an_unknown_severity_is_refused() -> None:
    data = encode(example(CandidateVerified)).replace('"compromise"', '"shrug"')
    with pytest.raises(UserError, match="shrug"):
        decode(CandidateVerified.kind, data)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UserError, match="tea-served"):
        decode("tea-served", "{}")


@pytest.mark.parametrize("number", [LARGEST + 1, -LARGEST - 1])
def test_an_integer_that_json_would_bend_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="exceeds"):
        encode(MoveChosen(lineage=number, move="x", reason="y"))
