"""`speckit:FEATURE`: a feature folder of GitHub's Spec Kit, `specs/NNN-name/`."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from journeyman.adapters.sources.folder import located, pages_in
from journeyman.adapters.sources.marks import bullets, modality_of, questions_in
from journeyman.adapters.sources.page import Page, Section, digest_of, under, whole
from journeyman.adapters.sources.scenario import steps_of_sentence
from journeyman.adapters.sources.tasks_back import tick
from journeyman.domain.answer import Answer
from journeyman.domain.document import Role
from journeyman.domain.requirement import Extension, Note, Requirement, Story, Task
from journeyman.domain.spec import Criterion, Shows, Source, Spec
from journeyman.settings import Settings

_ROLES = {
    "spec.md": Role.REQUIREMENTS,
    "plan.md": Role.DESIGN,
    "tasks.md": Role.TASKS,
    "**/*.md": Role.ATTACHMENT,
    "contracts/*": Role.ATTACHMENT,
}
_TITLE = re.compile(r"^(?:feature specification|feature|specification)\s*:\s*", re.IGNORECASE)
_STORY = re.compile(
    r"^user story\s+(\d+)\s*[-\u2013\u2014:]\s*(.*?)\s*(?:\(priority:\s*(\w+)\)(?:\W.*)?)?$", re.IGNORECASE
)
_ITEM = re.compile(r"^\s*[-*+]\s+\*\*((?:FR|SC|NFR)-\d+)\*\*\s*:?\s*(.*)$")
_HEADER = re.compile(r"^\*\*([^*:]+)\*\*:\s*(.+?)\s*$")
_LABELLED = re.compile(r"^\*\*(why this priority|independent test)\*\*:\s*(.*)$", re.IGNORECASE)
_NUMBERED = re.compile(r"^\s*\d+\.\s+(.*)$")
_TASK = re.compile(r"^\s*- \[([ xX])\]\s+(T\d+)\s+((?:\[[^\]]+\]\s*)*)(.*)$")
_NOTES = {"edge cases": "edge-case", "key entities": "entity", "assumptions": "assumption", "out of scope": "non-goal"}


class SpecKitSource:
    """Reads feature folders."""

    async def load(self, rest: str) -> Spec:
        """Return the spec of a feature, named by its folder.

        Raises:
            UserError: there is no such folder, or a document of it cannot be read.
        """
        return await asyncio.to_thread(_load, rest)

    async def answer(self, rest: str, answer: Answer) -> tuple[str, ...]:
        """Tick the tasks; see `ports.source.AnsweringSource`."""
        folder = next((held for held in (Path(rest), Path("specs") / rest) if held.is_dir()), None)
        if folder is None or not answer.wishes.tick_tasks:
            return ()
        return (await asyncio.to_thread(tick, folder / "tasks.md"),)


@asynccontextmanager
async def open_source(_rest: str, _settings: Settings) -> AsyncIterator[SpecKitSource]:
    """Open the source; there is nothing to close."""
    yield SpecKitSource()


def _load(rest: str) -> Spec:
    folder = located(rest, marker="spec.md", default=Path("specs"))
    pages = pages_in(folder, _ROLES)
    page = next(page for page in pages if page.path == "spec.md")
    sections = page.sections()
    title = next((_TITLE.sub("", item.title) for item in sections if item.level == 1), "") or folder.resolve().name
    requirements, measures = _items(page)
    stories, scenarios = _stories(page, tuple(item.id for item in requirements))
    documents = tuple(held.document for held in pages)
    why = _why(sections, stories)
    return Spec(
        title=title,
        intent=_intent(why, requirements, page),
        source=Source(locator=f"speckit:{rest}", digest=digest_of(documents)),
        why=why,
        documents=documents,
        requirements=requirements,
        stories=stories,
        criteria=(*scenarios, *measures),
        tasks=tuple(task for held in pages if held.document.role is Role.TASKS for task in _tasks(held)),
        questions=questions_in(page),
        notes=_notes(page),
        extensions=_header(sections),
    )


def _items(page: Page) -> tuple[tuple[Requirement, ...], tuple[Criterion, ...]]:
    """Return functional requirements, and success criteria as what is to be measured."""
    requirements: list[Requirement] = []
    measures: list[Criterion] = []
    for line in page.lines():
        found = None if line.fenced else _ITEM.match(line.text)
        if not found:
            continue
        span = page.span(line.number)
        if found[1].startswith("SC"):
            measures.append(Criterion(id=found[1], text=found[2], shows=Shows.MEASURE, span=span))
        else:
            requirements.append(
                Requirement(id=found[1], name=found[1], text=found[2], modality=modality_of(found[2]), span=span)
            )
    return tuple(requirements), tuple(measures)


def _stories(page: Page, known: tuple[str, ...]) -> tuple[tuple[Story, ...], tuple[Criterion, ...]]:
    """Return the stories and their scenarios.

    The format does not say which requirement a scenario shows unless it names it; else it stands for all.
    """
    stories: list[Story] = []
    scenarios: list[Criterion] = []
    for section in page.sections():
        told = _STORY.match(section.title) if section.level == 3 else None
        if not told:
            continue
        identity = f"US{told[1]}"
        labelled = {found[1].lower(): found[2] for line in section.lines if (found := _LABELLED.match(line.text))}
        plain = [
            line.text for line in section.lines if not line.text.startswith("**") and not _NUMBERED.match(line.text)
        ]
        stories.append(
            Story(
                id=identity,
                title=told[2],
                text="\n".join(plain).strip().removesuffix("---").strip(),
                priority=told[3] or "",
                why_priority=labelled.get("why this priority", ""),
                independent_test=labelled.get("independent test", ""),
                span=page.span(section.line, section.end),
            )
        )
        scenarios += _scenarios(section, page, identity, known)
    return tuple(stories), tuple(scenarios)


def _scenarios(section: Section, page: Page, story: str, known: tuple[str, ...]) -> list[Criterion]:
    found: list[Criterion] = []
    for line in section.lines:
        item = None if line.fenced else _NUMBERED.match(line.text)
        steps = steps_of_sentence(item[1]) if item else None
        if item and steps:
            named = tuple(name for name in known if name in item[1])
            found.append(
                Criterion(
                    id=f"{story}.{len(found) + 1}",
                    text=item[1].replace("**", ""),
                    shows=Shows.SCENARIO,
                    requirements=named or known,
                    given=steps.given,
                    when=steps.when,
                    then=steps.then,
                    span=page.span(line.number),
                )
            )
    return found


def _tasks(page: Page) -> list[Task]:
    tasks: list[Task] = []
    group = ""
    for section in page.sections():
        group = section.title or group
        for line in section.lines:
            if found := _TASK.match(line.text):
                flags = re.findall(r"\[([^\]]+)\]", found[3])
                depends = re.findall(r"depends on ((?:T\d+(?:,\s*)?)+)", found[4], re.IGNORECASE)
                tasks.append(
                    Task(
                        id=found[2],
                        text=found[4].strip(),
                        done=found[1] in "xX",
                        parallel="P" in flags,
                        group=group,
                        story=next((flag for flag in flags if flag.startswith("US")), ""),
                        depends_on=tuple(re.findall(r"T\d+", " ".join(depends))),
                        span=page.span(line.number),
                    )
                )
    return tasks


def _notes(page: Page) -> tuple[Note, ...]:
    notes: list[Note] = []
    sections = page.sections()
    for index, section in enumerate(sections):
        key = re.sub(r"\s*[*(].*$", "", section.key).strip()
        about = _NOTES.get(key, "")
        lines = whole(section, under(sections, index)).split("\n") if about else []
        span = page.span(section.line, section.end)
        notes += [Note(about=about, text=item, span=span) for item in bullets(lines)]
    return tuple(notes)


def _header(sections: tuple[Section, ...]) -> tuple[Extension, ...]:
    first = next((item for item in sections if item.level == 1), None)
    found = [_HEADER.match(line.text) for line in first.lines] if first else []
    return tuple(
        Extension(name=f"speckit.{match[1].strip().lower().replace(' ', '_')}", value=match[2])
        for match in found
        if match
    )


def _why(sections: tuple[Section, ...], stories: tuple[Story, ...]) -> str:
    first = next((item for item in sections if item.level == 1), None)
    asked = [
        match[2]
        for line in (first.lines if first else ())
        if (match := _HEADER.match(line.text)) and match[1].strip() == "Input"
    ]
    return "\n\n".join([*asked, *(f"{story.title}: {story.text}" for story in stories)]).strip()


def _intent(why: str, requirements: tuple[Requirement, ...], page: Page) -> str:
    wanted = "\n".join(f"- {item.id}: {item.text}" for item in requirements)
    return (
        "\n\n".join(part for part in (why, f"Requirements:\n\n{wanted}" if wanted else "") if part) or page.text.strip()
    )
