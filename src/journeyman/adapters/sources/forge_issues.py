"""`github:` and `gitea:`: issues of a forge, with their comments and how far each author is trusted."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import quote

from journeyman.adapters.http import RefusedError, ServiceClient, open_service
from journeyman.adapters.sources.answering import comment_once
from journeyman.adapters.sources.issue_fields import (
    author_of,
    extensions_of,
    kind_of,
    labels_of,
    mapping,
    one,
    place_of,
    text,
)
from journeyman.adapters.sources.ticket import BLOCKED_BY, Comment, Ticket, spec_of_ticket
from journeyman.domain.answer import Answer
from journeyman.domain.document import Trust
from journeyman.domain.errors import UserError
from journeyman.domain.requirement import Link
from journeyman.domain.spec import Spec
from journeyman.settings import Settings

_ASSOCIATIONS = {
    "OWNER": Trust.OWNER,
    "MEMBER": Trust.MEMBER,
    "COLLABORATOR": Trust.COLLABORATOR,
    "CONTRIBUTOR": Trust.CONTRIBUTOR,
}
_PERMISSIONS = {"owner": Trust.OWNER, "admin": Trust.OWNER, "write": Trust.MEMBER, "read": Trust.CONTRIBUTOR}
_MOST_BLOCKERS = 5


class GitHubIssues:
    """Issues of GitHub."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client

    async def load(self, rest: str) -> Spec:
        """Return the spec in the issue `owner/repository#number`.

        Raises:
            UserError: no such issue, no right to see it, or it is a pull request.
            AdapterError: GitHub failed.
        """
        repository, number = place_of(rest, "github:owner/repository#12", parts=2)
        path = f"/repos/{repository}/issues/{number}"
        issue = await one(self._client, path)
        if issue.get("pull_request"):
            raise UserError(f"github:{rest} is a pull request", remedy="Name the issue that it is for.")
        comments = await self._client.listing(f"{path}/comments", query={"per_page": "100"})
        ticket = Ticket(
            locator=f"github:{rest}",
            title=text(issue, "title"),
            body=text(issue, "body"),
            author=author_of(issue),
            trust=_associated(issue),
            ref=text(issue, "updated_at"),
            uri=text(issue, "html_url"),
            open=issue.get("state") != "closed",
            kind=kind_of(labels_of(issue)),
            comments=tuple(
                Comment(
                    id=str(said.get("id", place)),
                    text=text(said, "body"),
                    author=author_of(said),
                    trust=_associated(said),
                )
                for place, said in enumerate(map(mapping, comments), start=1)
            ),
            labels=labels_of(issue),
            links=await self._blockers(repository, text(issue, "body")),
            extensions=extensions_of("github", issue, ("milestone", "assignees", "type")),
        )
        return spec_of_ticket(ticket)

    async def answer(self, rest: str, answer: Answer) -> tuple[str, ...]:
        """Comment on the issue, once; see `ports.source.AnsweringSource`."""
        repository, number = place_of(rest, "github:owner/repository#12", parts=2)
        path = f"/repos/{repository}/issues/{number}/comments"
        return (await comment_once(self._client, path, answer),) if answer.wishes.comment else ()

    async def _blockers(self, repository: str, body: str) -> tuple[Link, ...]:
        links = []
        for number in list(dict.fromkeys(BLOCKED_BY.findall(body)))[:_MOST_BLOCKERS]:
            try:
                issue = await one(self._client, f"/repos/{repository}/issues/{number}")
            except RefusedError:
                issue = {"state": "closed"}  # what is not there blocks nothing
            links.append(Link(relation="blocked-by", target=f"#{number}", open=issue.get("state") != "closed"))
        return tuple(links)


class GiteaIssues:
    """Issues of Gitea and Forgejo."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client
        self._known: dict[str, Trust] = {}

    async def load(self, rest: str) -> Spec:
        """Return the spec in the issue `owner/repository#number`; raises as `GitHubIssues.load` does."""
        repository, number = place_of(rest, "gitea:owner/repository#12", parts=2)
        path = f"/repos/{repository}/issues/{number}"
        issue = await one(self._client, path)
        if issue.get("pull_request"):
            raise UserError(f"gitea:{rest} is a pull request", remedy="Name the issue that it is for.")
        comments = [mapping(item) for item in await self._client.listing(f"{path}/comments")]
        ticket = Ticket(
            locator=f"gitea:{rest}",
            title=text(issue, "title"),
            body=text(issue, "body"),
            author=author_of(issue),
            trust=await self._trust(repository, author_of(issue)),
            ref=text(issue, "updated_at"),
            uri=text(issue, "html_url"),
            open=issue.get("state") != "closed",
            kind=kind_of(labels_of(issue)),
            comments=tuple(
                [
                    Comment(
                        id=str(said.get("id", place)),
                        text=text(said, "body"),
                        author=author_of(said),
                        trust=await self._trust(repository, author_of(said)),
                    )
                    for place, said in enumerate(comments, start=1)
                ]
            ),
            labels=labels_of(issue),
            extensions=extensions_of("gitea", issue, ("milestone", "assignees", "due_date")),
        )
        return spec_of_ticket(ticket)

    async def answer(self, rest: str, answer: Answer) -> tuple[str, ...]:
        """Comment on the issue, once; see `ports.source.AnsweringSource`."""
        repository, number = place_of(rest, "gitea:owner/repository#12", parts=2)
        path = f"/repos/{repository}/issues/{number}/comments"
        return (await comment_once(self._client, path, answer),) if answer.wishes.comment else ()

    async def _trust(self, repository: str, author: str) -> Trust:
        if author == repository.partition("/")[0]:
            return Trust.OWNER
        if author not in self._known:
            try:
                answer = await one(self._client, f"/repos/{repository}/collaborators/{quote(author)}/permission")
                self._known[author] = _PERMISSIONS.get(text(answer, "permission"), Trust.UNKNOWN)
            except RefusedError:
                self._known[author] = Trust.UNKNOWN
        return self._known[author]


@asynccontextmanager
async def open_github(_rest: str, settings: Settings) -> AsyncIterator[GitHubIssues]:
    """Open the source; its connections are closed at the end."""
    async with open_service(settings.services["github"], settings) as client:
        yield GitHubIssues(client)


@asynccontextmanager
async def open_gitea(_rest: str, settings: Settings) -> AsyncIterator[GiteaIssues]:
    """Open the source; its connections are closed at the end."""
    async with open_service(settings.services["gitea"], settings) as client:
        yield GiteaIssues(client)


def _associated(item: Mapping[str, object]) -> Trust:
    return _ASSOCIATIONS.get(text(item, "author_association"), Trust.UNKNOWN)
