"""The text of an OpenSpec document: requirements, their scenarios, and what a delta does to them.

After the format of OpenSpec 1.13 (MIT, github.com/Fission-AI/OpenSpec), whose command line is the oracle of
the tests. A requirement is `### Requirement: name`; in a standing spec, any level-3 heading below
`## Requirements`. A scenario is any level-4 heading with a body.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from journeyman.adapters.sources.marks import modality_of
from journeyman.adapters.sources.page import Line, Page, Section
from journeyman.adapters.sources.scenario import steps_in
from journeyman.domain.requirement import Operation, Requirement
from journeyman.domain.spec import Criterion, Shows

_REQUIREMENT = re.compile(r"^requirement:\s*(.+)$", re.IGNORECASE)
_SCENARIO = re.compile(r"^scenario:\s*", re.IGNORECASE)
_DELTA = re.compile(r"^(added|modified|removed|renamed) requirements$", re.IGNORECASE)
_BULLET_NAME = re.compile(r"^\s*[-*+]\s*`?###\s*Requirement:\s*(.+?)`?\s*$", re.IGNORECASE)
_RENAME = re.compile(r"^\s*(?:[-*+]\s*)?(FROM|TO):\s*`?(?:###\s*)?Requirement:\s*(.+?)`?\s*$", re.IGNORECASE)
_FIELD = re.compile(r"^\*\*([^*]+)\*\*:\s*(.*)$")
_OPERATIONS = {
    "added": Operation.ADD,
    "modified": Operation.MODIFY,
    "removed": Operation.REMOVE,
    "renamed": Operation.RENAME,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A requirement with its scenarios."""

    requirement: Requirement
    scenarios: tuple[Criterion, ...] = ()


def blocks_in(page: Page, capability: str) -> tuple[Block, ...]:
    """Return the requirements of a standing spec or of a delta, in order."""
    found: list[Block] = []
    operation: Operation | None = None
    sections = page.sections()
    for index, section in enumerate(sections):
        if section.level <= 2:
            operation = _opened(section)
            if operation in (Operation.REMOVE, Operation.RENAME):
                found += _listed(section, page, operation, capability)
        elif section.level == 3 and operation is not None:
            named = _REQUIREMENT.match(section.title)
            if named or operation is Operation.NONE:
                inner = _inner(sections, index, at_any_heading=operation is Operation.NONE)
                name = (named[1] if named else section.title).strip()
                found.append(_block(name, section, inner, page, operation, capability))
    return tuple(_numbered(found))


def purpose_of(page: Page) -> str:
    """Return what a capability is for, as its spec says."""
    return next((section.text for section in page.sections() if section.level == 2 and section.key == "purpose"), "")


def _opened(section: Section) -> Operation | None:
    """Return what requirements below this heading do; None where they are no requirements."""
    if section.level == 2 and section.key == "requirements":
        return Operation.NONE
    delta = _DELTA.match(section.title.strip()) if section.level == 2 else None
    return _OPERATIONS[delta[1].lower()] if delta else None


def _inner(sections: tuple[Section, ...], index: int, *, at_any_heading: bool) -> list[Section]:
    """Return the sections of one requirement: to the next one, or to the next heading as high."""
    held: list[Section] = []
    for section in sections[index + 1 :]:
        ends = section.level == 3 and (at_any_heading or _REQUIREMENT.match(section.title))
        if section.level <= 2 or ends:
            break
        held.append(section)
    return held


def _block(
    name: str, section: Section, inner: list[Section], page: Page, operation: Operation, capability: str
) -> Block:
    body = _body(section.lines)
    fields = {key.lower(): value for key, value in map(_field, (line.text for line in section.lines)) if value}
    requirement = Requirement(
        id="",
        name=name,
        text=body or ("" if operation is not Operation.NONE else name),
        capability=capability,
        operation=operation,
        reason=fields.get("reason", ""),
        migration=fields.get("migration", ""),
        modality=modality_of(body),
        span=page.span(section.line, max([section.end, *(part.end for part in inner)])),
    )
    return Block(requirement=requirement, scenarios=_scenarios(inner, page))


def _scenarios(inner: list[Section], page: Page) -> tuple[Criterion, ...]:
    found = []
    for index, section in enumerate(inner):
        if section.level != 4:
            continue
        deeper = []
        for part in inner[index + 1 :]:
            if part.level <= 4:
                break
            deeper.append(part)
        lines = [*section.lines, *(line for part in deeper for line in _with_heading(part))]
        text = "\n".join(line.text for line in lines).strip()
        if text:
            steps = steps_in(line.text for line in lines if not line.fenced)
            name = _SCENARIO.sub("", section.title).strip()
            last = max([section.end, *(part.end for part in deeper)])
            found.append(
                Criterion(
                    id="",
                    name=name,
                    text=text,
                    shows=Shows.SCENARIO if steps else Shows.SENTENCE,
                    given=steps.given,
                    when=steps.when,
                    then=steps.then,
                    span=page.span(section.line, last),
                )
            )
    return tuple(found)


def _with_heading(section: Section) -> tuple[Line, ...]:
    heading = Line(number=section.line, text=f"{'#' * section.level} {section.title}", fenced=False)
    return (heading, *section.lines)


def _body(lines: Iterable[Line]) -> str:
    """Return a requirement's own words: fields such as `**Reason**:` are no words unless there are no others."""
    words: list[str] = []
    fields: list[str] = []
    for line in lines:
        text = line.text.strip()
        if line.fenced or not text:
            continue
        (fields if _FIELD.match(text) else words).append(text)
    return "\n".join(words or fields)


def _field(line: str) -> tuple[str, str]:
    found = _FIELD.match(line.strip())
    return (found[1], found[2].strip()) if found else ("", "")


def _listed(section: Section, page: Page, operation: Operation, capability: str) -> list[Block]:
    """Return removals and renames that are written as list items."""
    found: list[Block] = []
    origin = ""
    for line in section.lines:
        if line.fenced:
            continue
        removed, renamed = _BULLET_NAME.match(line.text), _RENAME.match(line.text)
        name, old = "", ""
        if operation is Operation.REMOVE and removed:
            name = removed[1]
        elif operation is Operation.RENAME and renamed and renamed[1].upper() == "FROM":
            origin = renamed[2]
        elif operation is Operation.RENAME and renamed and origin:
            name, old, origin = renamed[2], origin, ""
        if name:
            requirement = Requirement(
                id="",
                name=name,
                capability=capability,
                operation=operation,
                renamed_from=old,
                span=page.span(line.number - bool(old), line.number),
            )
            found.append(Block(requirement=requirement))
    return found


def _numbered(blocks: list[Block]) -> Iterable[Block]:
    """Give every requirement an id of its capability and place, every scenario one below it."""
    for number, block in enumerate(blocks, start=1):
        identity = f"{block.requirement.capability or 'R'}.{number}"
        yield Block(
            requirement=replace(block.requirement, id=identity),
            scenarios=tuple(
                replace(scenario, id=f"{identity}.{place}", requirements=(identity,))
                for place, scenario in enumerate(block.scenarios, start=1)
            ),
        )
