"""`kiro:FEATURE`: a spec folder of Kiro, `.kiro/specs/NAME/`, with requirements in the EARS patterns."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from journeyman.adapters.sources.folder import located, pages_in
from journeyman.adapters.sources.marks import boxes_in, bullets, modality_of, questions_in
from journeyman.adapters.sources.page import Page, digest_of, under, whole
from journeyman.adapters.sources.tasks_back import tick
from journeyman.domain.answer import Answer
from journeyman.domain.document import Role
from journeyman.domain.errors import UserError
from journeyman.domain.requirement import Kind, Note, Requirement, Story, Task
from journeyman.domain.spec import Criterion, Shows, Source, Spec
from journeyman.settings import Settings

_ROLES = {
    "requirements.md": Role.REQUIREMENTS,
    "bugfix.md": Role.REQUIREMENTS,
    "design.md": Role.DESIGN,
    "tasks.md": Role.TASKS,
    "**/*.md": Role.ATTACHMENT,
}
_REQUIREMENT = re.compile(r"^requirement\s+(\d+)\s*(?:[:.\-\u2013\u2014]\s*(.*))?$", re.IGNORECASE)
_STORY = re.compile(r"^\*\*user story:?\*\*:?\s*(.*)$", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*(\d+(?:\.\d+)*)\.?\s+(.*)$")
_SERVES = re.compile(r"_requirements?:\s*([^_]*)_", re.IGNORECASE)
_IDS = re.compile(r"\d+(?:\.\d+)*")
_PROPERTY = re.compile(r"^property\s+(\d+)\s*(?:[:.\-\u2013\u2014]\s*(.*))?$", re.IGNORECASE)
_VALIDATES = re.compile(r"\*\*validates:?\s*requirements?\s*([^*]*)\*\*", re.IGNORECASE)
_TRIGGER = re.compile(
    r"^(?:when|while|where|if)\b.*?(?=,?\s*(?:then\s+)?the\b[^,]*\bshall\b)", re.IGNORECASE | re.DOTALL
)


class KiroSource:
    """Reads spec folders."""

    async def load(self, rest: str) -> Spec:
        """Return the spec of a feature or a bug fix, named by its folder.

        Raises:
            UserError: there is no such folder, or a document of it cannot be read.
        """
        return await asyncio.to_thread(_load, rest)

    async def answer(self, rest: str, answer: Answer) -> tuple[str, ...]:
        """Tick the tasks; see `ports.source.AnsweringSource`."""
        folder = next((held for held in (Path(rest), Path(".kiro/specs") / rest) if held.is_dir()), None)
        if folder is None or not answer.wishes.tick_tasks:
            return ()
        return (await asyncio.to_thread(tick, folder / "tasks.md"),)


@asynccontextmanager
async def open_source(_rest: str, _settings: Settings) -> AsyncIterator[KiroSource]:
    """Open the source; there is nothing to close."""
    yield KiroSource()


def _load(rest: str) -> Spec:
    default = Path(".kiro/specs")
    try:
        folder = located(rest, marker="requirements.md", default=default)
    except UserError:
        folder = located(rest, marker="bugfix.md", default=default)
    pages = pages_in(folder, _ROLES)
    main = [page for page in pages if page.document.role is Role.REQUIREMENTS]
    requirements = tuple(item for page in main for item in _requirements(page))
    documents = tuple(page.document for page in pages)
    why = next((text for page in main if (text := _introduction(page))), "")
    wanted = "\n".join(f"- {item.id}. {item.name or item.text}" for item in requirements)
    return Spec(
        title=folder.resolve().name.replace("-", " ").replace("_", " ").capitalize(),
        intent="\n\n".join(part for part in (why, f"Requirements:\n\n{wanted}" if wanted else "") if part),
        source=Source(locator=f"kiro:{rest}", digest=digest_of(documents)),
        kind=Kind.BUGFIX if any(page.path == "bugfix.md" for page in main) else Kind.FEATURE,
        why=why,
        documents=documents,
        requirements=requirements,
        stories=tuple(story for page in main for story in _stories(page)),
        criteria=(
            *(item for page in main for item in _criteria(page)),
            *(item for page in pages if page.document.role is Role.DESIGN for item in _properties(page)),
        ),
        tasks=tuple(task for page in pages if page.document.role is Role.TASKS for task in _tasks(page)),
        questions=tuple(item for page in main for item in questions_in(page)),
        notes=tuple(item for page in main for item in _glossary(page)),
    )


def _introduction(page: Page) -> str:
    sections = page.sections()
    wanted = ("introduction", "overview", "bug description", "current behavior", "current behaviour", "summary")
    found = [whole(item, under(sections, index)) for index, item in enumerate(sections) if item.key in wanted]
    return "\n\n".join(found)


def _requirements(page: Page) -> Iterator[Requirement]:
    sections = page.sections()
    for index, section in enumerate(sections):
        if found := _REQUIREMENT.match(section.title):
            inner = under(sections, index)
            story = next((told[1] for line in section.lines if (told := _STORY.match(line.text.strip()))), "")
            lines = "\n".join(text for item in inner for text in _numbered(item.text))
            yield Requirement(
                id=found[1],
                name=(found[2] or story or f"Requirement {found[1]}").strip(),
                text=story or lines,
                modality=modality_of(lines),
                story=f"US-{found[1]}" if story else "",
                span=page.span(section.line, max([section.end, *(item.end for item in inner)])),
            )


def _stories(page: Page) -> Iterator[Story]:
    for section in page.sections():
        if found := _REQUIREMENT.match(section.title):
            for line in section.lines:
                if told := _STORY.match(line.text.strip()):
                    span = page.span(line.number)
                    yield Story(id=f"US-{found[1]}", title=found[2] or "", text=told[1], span=span)


def _criteria(page: Page) -> Iterator[Criterion]:
    """Yield the numbered lines below `Acceptance Criteria`, each as N.M of its requirement."""
    current = ""
    for section in page.sections():
        if found := _REQUIREMENT.match(section.title):
            current = found[1]
        elif section.level <= 2:
            current = ""
        if not current or (found is None and "acceptance criteria" not in section.key):
            continue
        for line in section.lines:
            item = None if line.fenced else _NUMBERED.match(line.text)
            if item:
                identity = item[1] if "." in item[1] else f"{current}.{item[1]}"
                trigger = _TRIGGER.match(item[2])
                yield Criterion(
                    id=identity,
                    text=item[2].strip(),
                    shows=Shows.EARS,
                    requirements=(current,),
                    when=(trigger[0].strip(" ,"),) if trigger else (),
                    then=(item[2][trigger.end() :].strip(" ,") if trigger else item[2].strip(),),
                    span=page.span(line.number),
                )


def _properties(page: Page) -> Iterator[Criterion]:
    for section in page.sections():
        found = _PROPERTY.match(section.title)
        if found:
            validates = _VALIDATES.search(section.text)
            served = _IDS.findall(validates[1]) if validates else []
            yield Criterion(
                id=f"P-{found[1]}",
                name=(found[2] or "").strip(),
                text=_VALIDATES.sub("", section.text).strip(),
                shows=Shows.PROPERTY,
                requirements=tuple(dict.fromkeys(item.partition(".")[0] for item in served)),
                span=page.span(section.line, section.end),
            )


def _tasks(page: Page) -> Iterator[Task]:
    """Yield check boxes with the requirements that the lines below them name."""
    tasks = boxes_in(page)
    lines = page.text.split("\n")
    for index, task in enumerate(tasks):
        last = tasks[index + 1].span.start_line - 1 if index + 1 < len(tasks) else len(lines)
        below = " ".join(lines[task.span.start_line - 1 : last])
        served = [name for match in _SERVES.finditer(below) for name in _IDS.findall(match[1])]
        text = _SERVES.sub("", task.text).strip()
        yield replace(task, text=text, requirements=tuple(dict.fromkeys(served)))


def _glossary(page: Page) -> Iterator[Note]:
    for section in page.sections():
        if section.key == "glossary":
            for item in bullets(line.text for line in section.lines):
                yield Note(about="term", text=item, span=page.span(section.line, section.end))


def _numbered(text: str) -> list[str]:
    return [found[2] for line in text.split("\n") if (found := _NUMBERED.match(line))]
