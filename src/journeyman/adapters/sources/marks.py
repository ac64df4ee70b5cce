"""Marks that any Markdown spec may carry: open questions, check boxes, strength words, links between tickets."""

import re
from collections.abc import Iterable

from journeyman.adapters.sources.page import Page
from journeyman.domain.requirement import Modality, Question, Task

_OPEN = re.compile(r"\[NEEDS CLARIFICATION[^\]]*\]|\bTBD\b|(?:^[\s>*-]*|\[|\()TODO\b|\bTODO[:(]|\?\?\?")
_CODE = re.compile(r"`[^`]*`")
_BOX = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\[([ xX])\](\*?)\s+(.*)$")
_NUMBER = re.compile(r"^(\d+(?:\.\d+)*)\.?\s+(.*)$")
_MODALITIES = (
    (Modality.MUST, re.compile(r"\b(?:MUST|SHALL|REQUIRED|must|shall)\b")),
    (Modality.SHOULD, re.compile(r"\b(?:SHOULD|RECOMMENDED|should)\b")),
    (Modality.MAY, re.compile(r"\b(?:MAY|OPTIONAL)\b")),
)


def questions_in(page: Page) -> tuple[Question, ...]:
    """Return what a page leaves open: `[NEEDS CLARIFICATION: …]`, TBD, `TODO:`, `???`; code is not prose."""
    return tuple(
        Question(text=line.text.strip(), span=page.span(line.number))
        for line in page.lines()
        if not line.fenced and _OPEN.search(_CODE.sub("", line.text))
    )


def boxes_in(page: Page) -> tuple[Task, ...]:
    """Return the check boxes of a page as tasks, numbered as they are, or by their place."""
    tasks: list[Task] = []
    group = ""
    for section in page.sections():
        group = section.title or group
        for line in section.lines:
            box = None if line.fenced else _BOX.match(line.text)
            if box:
                number = _NUMBER.match(box[3])
                tasks.append(
                    Task(
                        id=number[1] if number else f"T-{len(tasks) + 1}",
                        text=(number[2] if number else box[3]).strip(),
                        done=box[1] in "xX",
                        optional=box[2] == "*",
                        group=group,
                        span=page.span(line.number),
                    )
                )
    return tuple(tasks)


def modality_of(text: str) -> Modality:
    """Return how strongly a sentence wants what it says."""
    return next((modality for modality, pattern in _MODALITIES if pattern.search(text)), Modality.UNSAID)


def bullets(lines: Iterable[str]) -> list[str]:
    """Return the items of a list, each with the lines that go on below it."""
    items: list[str] = []
    for line in lines:
        found = re.match(r"^\s{0,3}(?:[-*+]|\d+[.)])\s+(.*)$", line)
        if found:
            items.append(found[1].strip())
        elif line.strip() and items:
            items[-1] += " " + line.strip()
    return items
