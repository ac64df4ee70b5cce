"""A page: a document as it is read, its lines and its headings. Code is not structure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from journeyman.domain.digest import digest_noun
from journeyman.domain.document import Document, Role, Span, Trust
from journeyman.domain.legible import legible

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)(?:[ \t]+#+)?[ \t]*$")
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})(.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a page."""

    number: int
    """1-based, as in the document."""
    text: str
    fenced: bool
    """Whether it belongs to a code block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and the lines below it, up to the next heading of any level."""

    level: int
    """0 for what stands before the first heading."""
    title: str
    line: int
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The lines below the heading, without blank ones at the ends."""
        return "\n".join(line.text for line in self.lines).strip()

    @property
    def end(self) -> int:
        """The last line that is not blank."""
        return next((line.number for line in reversed(self.lines) if line.text.strip()), self.line)

    @property
    def key(self) -> str:
        """The title as it is compared: lower case, without a colon at the end."""
        return " ".join(self.title.lower().rstrip(":").split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A document with its legible text."""

    document: Document
    text: str

    @property
    def path(self) -> str:
        """Of the document."""
        return self.document.path

    def lines(self) -> tuple[Line, ...]:
        """Return every line; a fence and what is in it are marked."""
        lines, fence = [], ""
        for number, text in enumerate(self.text.split("\n"), start=1):
            found = _FENCE.match(text)
            inside = bool(fence)
            if not fence and found:
                fence, inside = found[1], True
            elif fence and found and found[1].startswith(fence) and not found[2].strip():
                fence = ""
            lines.append(Line(number=number, text=text, fenced=inside))
        return tuple(lines)

    def sections(self) -> tuple[Section, ...]:
        """Return the page cut at its headings, in order; what stands before the first has level 0."""
        cut: list[Section] = []
        level, title, start = 0, "", 0
        held: list[Line] = []
        for line in self.lines():
            heading = None if line.fenced else _HEADING.match(line.text)
            if heading:
                cut.append(Section(level=level, title=title, line=start, lines=tuple(held)))
                level, title, start, held = len(heading[1]), heading[2].strip(), line.number, []
            else:
                held.append(line)
        cut.append(Section(level=level, title=title, line=start, lines=tuple(held)))
        return tuple(cut)

    def span(self, start: int, end: int = 0) -> Span:
        """Return the lines from `start` to `end` of this page."""
        return Span(path=self.path, start_line=start, end_line=end or start)


def page_of(path: str, text: str, role: Role, *, author: str = "", trust: Trust = Trust.LOCAL) -> Page:
    """Return the page of a Markdown text."""
    seen, hidden = legible(text)
    document = Document(path=path, role=role, text=text, author=author, trust=trust, hidden=hidden)
    return Page(document=document, text=seen)


def under(sections: Iterable[Section], index: int) -> tuple[Section, ...]:
    """Return the sections that belong to the one at `index`: all that follow and are deeper."""
    held = tuple(sections)
    end = next((at for at in range(index + 1, len(held)) if held[at].level <= held[index].level), len(held))
    return held[index + 1 : end]


def whole(section: Section, inner: Iterable[Section]) -> str:
    """Return a section's text with that of the sections inside it, headings included."""
    parts = [section.text, *(f"{'#' * part.level} {part.title}\n{part.text}" for part in inner)]
    return "\n\n".join(part.strip() for part in parts if part.strip())


def digest_of(documents: Iterable[Document]) -> str:
    """Return the digest of raw documents, by path and content."""
    return digest_noun([(document.path, document.digest) for document in documents])


def renamed(page: Page, path: str) -> Page:
    """Return the same page under another path."""
    return replace(page, document=replace(page.document, path=path))
