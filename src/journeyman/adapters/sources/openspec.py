"""`openspec:CHANGE`: a change of an OpenSpec folder, or one of its standing specs."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from journeyman.adapters.sources.folder import located, pages_in
from journeyman.adapters.sources.marks import boxes_in, bullets, questions_in
from journeyman.adapters.sources.openspec_text import Block, blocks_in, purpose_of
from journeyman.adapters.sources.page import Page, digest_of, under, whole
from journeyman.adapters.sources.tasks_back import archive, tick
from journeyman.domain.answer import Answer
from journeyman.domain.document import Role
from journeyman.domain.requirement import Extension, Note, Operation
from journeyman.domain.spec import Source, Spec
from journeyman.settings import Settings

_CHANGE = {
    "proposal.md": Role.PROPOSAL,
    "design.md": Role.DESIGN,
    "tasks.md": Role.TASKS,
    "specs/**/spec.md": Role.DELTA,
    ".openspec.yaml": Role.ATTACHMENT,
    "**/*.md": Role.ATTACHMENT,
}
_KEY = re.compile(r"^([A-Za-z_][\w-]*):\s*(.*?)\s*$", re.MULTILINE)
_NOTES = {
    "non-goals": "non-goal",
    "non goals": "non-goal",
    "goals / non-goals": "non-goal",
    "impact": "impact",
    "decisions": "decision",
    "risks / trade-offs": "risk",
    "context": "context",
}
_CHANGE_WORD = re.compile(r"^(?:change|proposal|change proposal)\s*:\s*", re.IGNORECASE)


class OpenSpecSource:
    """Reads changes and standing specs below `openspec/`."""

    def __init__(self, path: str = "") -> None:
        self._path = path
        """Where commands are looked for."""

    async def load(self, rest: str) -> Spec:
        """Return the spec of a change, named by its id or its folder, or of a standing spec's folder.

        Raises:
            UserError: there is no such change, or a document of it cannot be read.
        """
        return await asyncio.to_thread(_load, rest)

    async def answer(self, rest: str, answer: Answer) -> tuple[str, ...]:
        """Tick the tasks and archive the change; see `ports.source.AnsweringSource`."""
        folder = next((held for held in (Path(rest), Path("openspec/changes") / rest) if held.is_dir()), None)
        done = []
        if answer.wishes.tick_tasks and folder:
            done.append(await asyncio.to_thread(tick, folder / "tasks.md"))
        if answer.wishes.archive:
            place = (folder or Path("openspec/changes") / rest).resolve()
            done.append(await archive(place.name, place.parent.parent.parent, self._path))
        return tuple(done)


@asynccontextmanager
async def open_source(_rest: str, settings: Settings) -> AsyncIterator[OpenSpecSource]:
    """Open the source; there is nothing to close."""
    yield OpenSpecSource(settings.environment.get("PATH", ""))


def _load(rest: str) -> Spec:
    for folder in (Path(rest).expanduser(), Path("openspec/specs") / rest):
        if rest and (folder / "spec.md").is_file():
            return _standing(folder, rest)
    default = Path("openspec/changes")
    for folder in (Path(rest).expanduser(), default / rest):
        # A change in the making may hold deltas and no proposal yet: readable, and objected to.
        if rest and (folder / "specs").is_dir() and not (folder / "proposal.md").exists():
            return _change(folder, rest)
    return _change(located(rest, marker="proposal.md", default=default), rest)


def _standing(folder: Path, rest: str) -> Spec:
    pages = pages_in(folder, {"spec.md": Role.REQUIREMENTS})
    blocks = blocks_in(pages[0], folder.name)
    return _spec(f"openspec:{rest}", _words(folder.name), purpose_of(pages[0]), pages, blocks)


def _change(folder: Path, rest: str) -> Spec:
    pages = pages_in(folder, _CHANGE)
    deltas = tuple(page for page in pages if page.document.role is Role.DELTA)
    standing_dir = folder.resolve().parent.parent / "specs"
    if folder.resolve().parent.name == "archive":
        standing_dir = folder.resolve().parent.parent.parent / "specs"
    standing: list[Page] = []
    blocks: list[Block] = []
    for page in deltas:
        capability = page.path.removeprefix("specs/").removesuffix("/spec.md")
        base = pages_in(standing_dir / capability, {"spec.md": Role.STANDING}, prefix=f"openspec/specs/{capability}/")
        standing += base
        blocks += _against(blocks_in(page, capability), blocks_in(base[0], capability) if base else ())
    proposal = next((page for page in pages if page.document.role is Role.PROPOSAL), None)
    why = _section(proposal, "why") if proposal else ""
    spec = _spec(f"openspec:{rest}", _title(folder.resolve().name, proposal), why, (*pages, *standing), blocks)
    tasks = tuple(task for page in pages if page.document.role is Role.TASKS for task in boxes_in(page))
    extensions = tuple(
        Extension(name=f"openspec.{key}", value=value)
        for page in pages
        if page.path == ".openspec.yaml"
        for key, value in _KEY.findall(page.document.text)
    )
    read = [page for page in pages if page.document.role in (Role.PROPOSAL, Role.DESIGN, Role.DELTA)]
    return replace(
        spec,
        intent=_intent(why, _section(proposal, "what changes") if proposal else "", blocks),
        tasks=tasks,
        extensions=extensions,
        notes=tuple(
            note for page in pages if page.document.role in (Role.PROPOSAL, Role.DESIGN) for note in _notes(page)
        ),
        questions=tuple(question for page in read for question in questions_in(page)),
    )


def _spec(locator: str, title: str, why: str, pages: Iterable[Page], blocks: Iterable[Block]) -> Spec:
    documents = tuple(page.document for page in pages)
    blocks = tuple(blocks)
    return Spec(
        title=title,
        intent=_intent(why, "", blocks),
        source=Source(locator=locator, digest=digest_of(documents)),
        why=why,
        documents=documents,
        requirements=tuple(block.requirement for block in blocks),
        criteria=tuple(scenario for block in blocks for scenario in block.scenarios),
    )


def _against(delta: tuple[Block, ...], standing: tuple[Block, ...]) -> list[Block]:
    """Say of each requirement what stands under its name, so that a delta can be checked without its folder."""
    known = {block.requirement.name: tuple(item.name for item in block.scenarios) for block in standing}
    return [
        replace(
            block,
            requirement=replace(
                block.requirement,
                standing=known.get(block.requirement.renamed_from or block.requirement.name),
            ),
        )
        for block in delta
    ]


def _title(change: str, proposal: Page | None) -> str:
    first = next((s for s in proposal.sections() if s.level == 1 and s.title), None) if proposal else None
    title = _CHANGE_WORD.sub("", first.title).strip() if first else ""
    return title if title and title.lower() not in ("proposal", "change", "why") else _words(change)


def _words(name: str) -> str:
    name = re.sub(r"^\d{4}-\d{2}-\d{2}-", "", name)
    return name.replace("-", " ").replace("_", " ").strip().capitalize()


def _section(page: Page, key: str) -> str:
    sections = page.sections()
    for index, section in enumerate(sections):
        if section.key == key and section.level:
            return whole(section, under(sections, index))
    return ""


def _intent(why: str, what: str, blocks: Iterable[Block]) -> str:
    verbs = {Operation.REMOVE: "Remove", Operation.MODIFY: "Now", Operation.RENAME: "Rename"}
    lines = []
    for block in blocks:
        wanted = block.requirement
        verb = f"{verbs[wanted.operation]}: " if wanted.operation in verbs else ""
        old = f" (it was: {wanted.renamed_from})" if wanted.renamed_from else ""
        words = f"\n  {wanted.text}".replace("\n", "\n  ").rstrip() if wanted.text not in ("", wanted.name) else ""
        lines.append(f"- {verb}{wanted.name}{old}{words}")
    parts = [why, what, "Requirements:\n\n" + "\n".join(lines) if lines else ""]
    return "\n\n".join(part for part in parts if part)


def _notes(page: Page) -> list[Note]:
    found = []
    sections = page.sections()
    for index, section in enumerate(sections):
        about = _NOTES.get(section.key)
        text = whole(section, under(sections, index)) if about else ""
        span = page.span(section.line, section.end)
        items = bullets(text.split("\n")) or ([text] if text else [])
        found += [Note(about=about or "", text=item, span=span) for item in items]
    return found
