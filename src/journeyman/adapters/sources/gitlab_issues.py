"""`gitlab:GROUP/PROJECT#N`: issues of GitLab, with their notes and how far each author is trusted."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import cast
from urllib.parse import quote

from journeyman.adapters.http import RefusedError, ServiceClient, open_service
from journeyman.adapters.sources.answering import comment_once
from journeyman.adapters.sources.issue_fields import author_of, extensions_of, kind_of, mapping, one, place_of, text
from journeyman.adapters.sources.ticket import Comment, Ticket, spec_of_ticket
from journeyman.domain.answer import Answer
from journeyman.domain.document import Trust
from journeyman.domain.requirement import Link
from journeyman.domain.spec import Spec
from journeyman.settings import Settings

_LINKS = {"is_blocked_by": "blocked-by", "blocks": "blocks", "relates_to": "relates"}


class GitLabIssues:
    """Issues of GitLab."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client
        self._known: dict[int, Trust] = {}

    async def load(self, rest: str) -> Spec:
        """Return the spec in the issue `group/project#number`; raises as for GitHub."""
        project, number = place_of(rest, "gitlab:group/project#12")
        path = f"/projects/{quote(project, safe='')}/issues/{number}"
        issue = await one(self._client, path)
        notes = [
            mapping(note)
            for note in await self._client.listing(f"{path}/notes", query={"sort": "asc", "per_page": "100"})
        ]
        links = [mapping(link) for link in await self._client.listing(f"{path}/links")]
        labels = tuple(str(label) for label in cast("list[object]", issue.get("labels") or []))
        ticket = Ticket(
            locator=f"gitlab:{rest}",
            title=text(issue, "title"),
            body=text(issue, "description"),
            author=author_of(issue, key="author", name="username"),
            trust=await self._trust(project, issue),
            ref=text(issue, "updated_at"),
            uri=text(issue, "web_url"),
            open=issue.get("state") != "closed",
            kind=kind_of(labels),
            comments=tuple(
                [
                    Comment(
                        id=str(note.get("id", place)),
                        text=text(note, "body"),
                        author=author_of(note, key="author", name="username"),
                        trust=await self._trust(project, note),
                    )
                    for place, note in enumerate(notes, start=1)
                    if not note.get("system")
                ]
            ),
            labels=labels,
            links=tuple(
                Link(
                    relation=_LINKS.get(text(link, "link_type"), "relates"),
                    target=text(link, "web_url") or f"#{link.get('iid')}",
                    open=link.get("state") != "closed",
                )
                for link in links
            ),
            extensions=extensions_of("gitlab", issue, ("milestone", "weight", "epic", "confidential", "issue_type")),
        )
        return spec_of_ticket(ticket)

    async def answer(self, rest: str, answer: Answer) -> tuple[str, ...]:
        """Comment on the issue, once; see `ports.source.AnsweringSource`."""
        project, number = place_of(rest, "gitlab:group/project#12")
        path = f"/projects/{quote(project, safe='')}/issues/{number}/notes"
        return (await comment_once(self._client, path, answer),) if answer.wishes.comment else ()

    async def _trust(self, project: str, said: Mapping[str, object]) -> Trust:
        """Return the trust of an author by their role in the project; 30 is a developer, 40 and more maintain it."""
        author = int(str(mapping(said.get("author")).get("id") or 0))
        if author not in self._known:
            try:
                member = await one(self._client, f"/projects/{quote(project, safe='')}/members/all/{author}")
                level = int(str(member.get("access_level") or 0))
            except RefusedError:
                level = 0
            ranks = ((50, Trust.OWNER), (30, Trust.MEMBER), (20, Trust.CONTRIBUTOR), (0, Trust.UNKNOWN))
            self._known[author] = next(trust for least, trust in ranks if level >= least)
        return self._known[author]


@asynccontextmanager
async def open_source(_rest: str, settings: Settings) -> AsyncIterator[GitLabIssues]:
    """Open the source; its connections are closed at the end."""
    async with open_service(settings.services["gitlab"], settings) as client:
        yield GitLabIssues(client)
