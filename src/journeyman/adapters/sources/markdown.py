"""Markdown to Spec: headings that mean something become fields, everything else is the intent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from journeyman.adapters.sources.marks import bullets, modality_of, questions_in
from journeyman.adapters.sources.page import Page, page_of, under, whole
from journeyman.adapters.sources.scenario import steps_of_sentence
from journeyman.domain.document import Role, Span
from journeyman.domain.errors import UserError
from journeyman.domain.requirement import Note, Requirement
from journeyman.domain.spec import Criterion, OracleTest, Shows, Source, Spec

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_FENCE = re.compile(r"^\s*(```+|~~~+)")
_BULLET = re.compile(r"^\s{0,3}(?:[-*+]|\d+[.)])\s+(.*)$")
_ID = re.compile(r"^\[?([A-Za-z][\w.]*-\d+)\]?[:.]?\s+")
_CODE = re.compile(r"`([^`\n]+)`")
_SHOWN_BY = re.compile(r"\s*\((?:\s*`[^`\n]*::[^`\n]*`\s*,?)+\)\.?\s*$")
_STARTS = re.compile(r"^(?:\*\*)?(?:given|when|then|and|but)\b", re.IGNORECASE)
_SCENE = re.compile(r"^(?:\*\*)?given\b|^(?:\*\*)?when\b.*\bthen\b", re.IGNORECASE)
_HAPPENS = re.compile(r"^(?:\*\*)?when\b", re.IGNORECASE)
_FOLLOWS = re.compile(r"\bthen\b", re.IGNORECASE)
_BOX = re.compile(r"^\[[ xX]\]\s+")
_MANUAL = re.compile(r"\((?:manual|by hand|checked by a person)\)|^manual(?:ly)?:", re.IGNORECASE)

_SECTIONS = {
    "acceptance criteria": "criteria",
    "acceptance": "criteria",
    "criteria": "criteria",
    "definition of done": "criteria",
    "constraints": "constraints",
    "allowed paths": "allowed_paths",
    "scope": "allowed_paths",
    "forbidden paths": "forbidden_paths",
    "oracle tests": "oracle_tests",
    "must pass": "must_pass",
    "waivers": "waivers",
}
_ABOUT = {
    "non-goals": "non-goal",
    "non goals": "non-goal",
    "out of scope": "non-goal",
    "assumptions": "assumption",
    "edge cases": "edge-case",
    "risks": "risk",
    "decisions": "decision",
    "context": "context",
    "background": "context",
}
_MAX_ORACLE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outline:
    title: str
    intent: str
    lists: Mapping[str, list[str]]
    """Bullets of each recognised section, by field name."""
    lines: tuple[int, ...]
    """Where each criterion starts, 1-based."""


def spec_from_markdown(text: str, *, locator: str, folder: Path) -> Spec:
    """Return the spec in a Markdown text; `folder` is where oracle tests are looked for.

    Raises:
        UserError: an oracle test is missing, too large, or aims outside the tree.
    """
    path = locator.partition(":")[2].rpartition("/")[2] if locator.startswith("file:") else "text"
    page = page_of(path, text, Role.REQUIREMENTS)
    spec = spec_of_page(page, Source(locator=locator, digest=page.document.digest))
    lists = _outline(page.text).lists
    return replace(spec, oracle_tests=tuple(_oracle(item, folder) for item in lists["oracle_tests"]))


def spec_of_page(page: Page, source: Source) -> Spec:
    """Return the spec in a page; it names no file of this machine, whoever wrote it."""
    outline = _outline(page.text)
    lists = outline.lists
    wanted = outline.intent or outline.title
    requirement = Requirement(
        id="R-1",
        name=outline.title,
        text=wanted,
        modality=modality_of(wanted),
        span=page.span(1, page.text.count("\n") + 1),
    )
    return Spec(
        title=outline.title,
        intent=outline.intent,
        source=source,
        criteria=tuple(
            criterion_of(item, number, page.span(line))
            for number, (item, line) in enumerate(zip(lists["criteria"], outline.lines, strict=True), start=1)
        ),
        constraints=tuple(lists["constraints"]),
        allowed_paths=tuple(_plain(item) for item in lists["allowed_paths"]),
        forbidden_paths=tuple(_plain(item) for item in lists["forbidden_paths"]),
        must_pass=tuple(_plain(item) for item in lists["must_pass"]),
        waivers=tuple(_plain(item) for item in lists["waivers"]),
        why=outline.intent,
        documents=(page.document,),
        requirements=(requirement,) if wanted else (),
        questions=questions_in(page),
        notes=_notes(page),
    )


def criterion_of(item: str, number: int, span: Span) -> Criterion:
    """Return the criterion in a list item: `[AC-1] sentence (`tests/x.py::test_y`)`; only the sentence must be."""
    box = _BOX.match(item)
    item = item[box.end() :] if box else item
    found = _ID.match(item)
    text = item[found.end() :] if found else item
    steps = steps_of_sentence(text)
    kind = Shows.SCENARIO if steps else Shows.CHECKLIST if box else Shows.SENTENCE
    if _MANUAL.search(text):
        kind = Shows.MANUAL
    tests = tuple(code for code in _CODE.findall(text) if "::" in code)
    return Criterion(
        id=found[1] if found else f"AC-{number}",
        text=_SHOWN_BY.sub("", text).strip(),
        tests=tests,
        shows=kind,
        requirements=("R-1",),
        given=steps.given,
        when=steps.when,
        then=steps.then,
        span=span,
    )


def _notes(page: Page) -> tuple[Note, ...]:
    found: list[Note] = []
    sections = page.sections()
    for index, section in enumerate(sections):
        about = _ABOUT.get(section.key) if section.level else None
        text = whole(section, under(sections, index)) if about else ""
        items = bullets(text.split("\n")) or ([text] if text else [])
        found += [Note(about=about or "", text=item, span=page.span(section.line, section.end)) for item in items]
    return tuple(found)


def _outline(text: str) -> _Outline:
    title, section, fence = "", "", ""
    intent: list[str] = []
    lists: dict[str, list[str]] = {name: [] for name in _SECTIONS.values()}
    lines: list[int] = []
    for number, line in enumerate(text.split("\n"), start=1):
        fence = _fence_after(line, fence)
        heading = None if fence else _HEADING.match(line)
        if heading and not title and len(heading[1]) == 1:
            title = heading[2]
        elif heading and (known := _SECTIONS.get(heading[2].strip().lower().rstrip(":"))):
            section = known
        elif section and not heading:
            before = len(lists[section])
            _collect(line, lists[section], opens=section == "criteria")
            lines += [number] * (section == "criteria" and len(lists[section]) > before)
        else:
            section = ""
            intent.append(line)
    body = "\n".join(intent).strip()
    return _Outline(title=title or _first_sentence(body), intent=body, lists=lists, lines=tuple(lines))


def _fence_after(line: str, fence: str) -> str:
    """Return the fence that is open after this line: a heading inside code is not a heading."""
    found = _FENCE.match(line)
    if not found:
        return fence
    if not fence:
        return found[1]
    return "" if found[1].startswith(fence) else fence


def _collect(line: str, items: list[str], *, opens: bool) -> None:
    """Take a line into a list: a bullet opens an item, another line goes on with it, or opens one where it may.

    `Given`, `When` and `Then` on lines of their own are one item: each but the first goes on.
    """
    bullet = _BULLET.match(line)
    text = (bullet[1] if bullet else line).strip()
    if text and items and (not bullet or _goes_on(items[-1], text)):
        items[-1] += (", " if bullet else " ") + text
    elif text and (bullet or opens):
        items.append(text)


def _goes_on(before: str, text: str) -> bool:
    """Tell whether a step belongs to the scenario before it."""
    if not _STARTS.match(before) or not _STARTS.match(text) or _SCENE.match(text):
        return False
    return not (_HAPPENS.match(text) and _FOLLOWS.search(before))


def _first_sentence(body: str) -> str:
    line = next((line.strip() for line in body.split("\n") if line.strip()), "")
    return re.split(r"(?<=[.!?])\s", line, maxsplit=1)[0][:100]


def _plain(item: str) -> str:
    found = _CODE.search(item)
    return found[1] if found else item


def _oracle(item: str, folder: Path) -> OracleTest:
    codes = _CODE.findall(item) or [part.strip() for part in item.split(" as ")]
    if len(codes) not in (1, 2):
        raise UserError(
            f"oracle test `{item}` is not understood", remedy="Write: - `file beside the spec` as `path in the tree`"
        )
    origin, target = codes[0], codes[-1]
    parts = Path(target).parts
    if Path(target).is_absolute() or ".." in parts or not parts:
        raise UserError(f"oracle test `{target}` aims outside the tree", remedy="Give a relative path without `..`.")
    path = (folder / origin).resolve()
    if not path.is_relative_to(folder.resolve()):
        # A spec written by somebody else must not carry this machine's files into a branch.
        raise UserError(f"oracle test `{origin}` lies outside the spec's folder", remedy="Put it beside the spec.")
    if not path.is_file():
        raise UserError(f"oracle test `{origin}` is not there", remedy=f"It is looked for at {path}.")
    if path.stat().st_size > _MAX_ORACLE_BYTES:
        raise UserError(f"oracle test `{origin}` is over {_MAX_ORACLE_BYTES:,} bytes", remedy="Split it.")
    return OracleTest(path=Path(target).as_posix(), content=path.read_bytes())
