"""A ticket: a title, a body and comments, wherever it is tracked, and the spec in it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from journeyman.adapters.sources.markdown import criterion_of, spec_of_page
from journeyman.adapters.sources.marks import boxes_in
from journeyman.adapters.sources.page import Page, digest_of, page_of
from journeyman.adapters.sources.scenario import steps_of_sentence
from journeyman.domain.document import Role, Trust
from journeyman.domain.requirement import Extension, Kind, Level, Link, Objection
from journeyman.domain.spec import Criterion, Source, Spec

_MOST_COMMENTS_SHOWN = 20
_MOST_CHARACTERS = 8_000
"""Of comments, in what a model is shown."""
_EMPTY_ANSWER = re.compile(r"^_No response_\s*$", re.MULTILINE)
_EMPTY_SECTION = re.compile(r"^#{1,6}[^\n]*\n+(?=#{1,6}\s|\Z)", re.MULTILINE)
BLOCKED_BY = re.compile(r"\b(?:blocked by|depends on)\s+#(\d+)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Something that somebody said about a ticket."""

    id: str
    text: str
    author: str
    trust: Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket as its tracker tells it, bodies in Markdown."""

    locator: str
    title: str
    body: str
    author: str
    trust: Trust
    ref: str
    """When it was last changed, as the tracker counts."""
    uri: str
    open: bool = True
    kind: Kind = Kind.FEATURE
    comments: tuple[Comment, ...] = ()
    criteria: str = ""
    """Of a field of its own, where the tracker has one."""
    labels: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    extensions: tuple[Extension, ...] = ()
    raw: str = ""
    """The tracker's own markup, where that is not Markdown; kept beside."""


def spec_of_ticket(ticket: Ticket) -> Spec:
    """Return the spec in a ticket.

    Only what trusted people commented is shown to a model; what others said is kept. A ticket waives no
    test and names no file of this machine: whoever can write into a tracker could otherwise.
    """
    page = page_of("issue", _answered(ticket.body), Role.ISSUE, author=ticket.author, trust=ticket.trust)
    page = replace(page, document=replace(page.document, text=ticket.body))
    pages = [page]
    if ticket.criteria:
        pages.append(page_of("criteria", ticket.criteria, Role.REQUIREMENTS, author=ticket.author, trust=ticket.trust))
    said = [page_of(f"comment/{c.id}", c.text, Role.COMMENT, author=c.author, trust=c.trust) for c in ticket.comments]
    documents = tuple(held.document for held in (*pages, *said))
    source = Source(
        locator=ticket.locator,
        digest=digest_of(documents),
        author=ticket.author,
        trust=ticket.trust,
        ref=ticket.ref,
        uri=ticket.uri,
    )
    spec = spec_of_page(page, source)
    title = page_of("title", ticket.title, Role.ISSUE).text.strip()
    requirement = replace(spec.requirements[0], name=title) if spec.requirements else None
    return replace(
        spec,
        title=title,
        intent=_intent(spec.intent, said),
        why=spec.intent,
        kind=ticket.kind,
        documents=documents,
        requirements=(requirement,) if requirement else (),
        criteria=spec.criteria or tuple(_criteria(pages)),
        waivers=(),
        labels=ticket.labels,
        links=ticket.links,
        extensions=ticket.extensions,
        objections=tuple(_objections(ticket, spec)),
    )


def trusted(comments: Iterable[Comment]) -> Iterator[Comment]:
    """Yield the comments of those on whose word work may start."""
    return (comment for comment in comments if comment.trust.may_ask)


def _answered(body: str) -> str:
    """Return a body without the questions of a form that nobody answered."""
    text = _EMPTY_ANSWER.sub("", body.replace("\r\n", "\n"))
    return text if text == body else _EMPTY_SECTION.sub(lambda found: "\n" * found[0].count("\n"), text)


def _criteria(pages: list[Page]) -> Iterator[Criterion]:
    """Yield what can be taken for criteria where no heading says so: a field, check boxes, given-when-then lines."""
    number = 0
    for page in pages:
        boxes = {task.span.start_line: task.text for task in boxes_in(page)}
        for line in page.lines():
            text = boxes.get(line.number, line.text.strip().lstrip("-*+ ") if not line.fenced else "")
            own = page.path == "criteria" and bool(text)
            if line.number in boxes or own or steps_of_sentence(text):
                number += 1
                yield criterion_of(text, number, page.span(line.number))


def _intent(intent: str, said: list[Page]) -> str:
    words = [
        f"{page.document.author}: {page.text.strip()}"
        for page in said
        if page.document.trust.may_ask and page.text.strip()
    ][-_MOST_COMMENTS_SHOWN:]
    comments = "\n\n".join(words)[-_MOST_CHARACTERS:]
    return f"{intent}\n\nComments:\n\n{comments}" if comments else intent


def _objections(ticket: Ticket, spec: Spec) -> Iterator[Objection]:
    if not ticket.open:
        yield Objection(rule="E10", level=Level.ERROR, reason="it is closed", remedy="Open it again, or name another.")
    for node in spec.waivers:
        yield Objection(
            rule="W11",
            level=Level.WARNING,
            reason=f"it asks to waive `{node}`, which no ticket can",
            remedy="Waive a test in a spec file of the repository.",
        )
