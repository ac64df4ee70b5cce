"""`gitea:OWNER/REPO`: Gitea and Forgejo."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from journeyman.adapters.forges.hosted import (
    HostedForge,
    ask_each,
    authorization_of,
    deep,
    git_url,
    items_of,
    number_of,
    owner_and_name,
    text_of,
)
from journeyman.adapters.http import ServiceClient, TokenSource, open_service, token_from
from journeyman.domain.change import Change
from journeyman.domain.delivery import PullRequest, PullRequestState
from journeyman.ports.repository import Repository
from journeyman.settings import Settings

_DRAFT = "WIP: "
_COLOUR = "#0e8a16"
_MOST = 500
"""Of a listing that cannot be narrowed to a branch; the newest come first."""


@dataclass(frozen=True, slots=True)
class Gitea:
    """Fills `hosted.Host`."""

    client: ServiceClient
    owner: str
    name: str

    @property
    def path(self) -> str:
        """Of the repository in the interface."""
        return f"/repos/{self.owner}/{self.name}"

    async def archived(self) -> bool:
        """Say whether the repository is archived."""
        return deep((await self.client.ask("GET", self.path)).body, "archived") is True

    async def find(self, branch: str) -> PullRequest | None:
        """Return the newest pull request of a branch of this very repository."""
        query = {"state": "all", "sort": "recentupdate", "limit": "50"}
        found = items_of(await self.client.listing(f"{self.path}/pulls", query=query, most=_MOST))
        full_name = f"{self.owner}/{self.name}".lower()
        own = [
            item
            for item in found
            if text_of(item, "head", "ref") == branch
            and text_of(item, "head", "repo", "full_name").lower() in {"", full_name}
        ]
        return _pull_request(max(own, key=lambda item: number_of(item, "number"))) if own else None

    async def open(self, change: Change, *, draft: bool) -> PullRequest:
        """Open a pull request; its title says that it is a draft."""
        body = {
            "title": f"{_DRAFT if draft else ''}{change.title}",
            "head": change.branch,
            "base": change.target,
            "body": change.body,
        }
        return _pull_request((await self.client.ask("POST", f"{self.path}/pulls", body=body)).body)

    async def pull_request(self, number: int) -> PullRequest:
        """Return one by its number."""
        return _pull_request((await self.client.ask("GET", f"{self.path}/pulls/{number}")).body)

    async def label(self, number: int, labels: tuple[str, ...]) -> None:
        """Add labels, which are numbers there; those that are missing are made."""
        there = items_of(await self.client.listing(f"{self.path}/labels", query={"limit": "50"}))
        ids = {text_of(item, "name"): number_of(item, "id") for item in there}
        for name in labels:
            if name not in ids:
                made = await self.client.ask("POST", f"{self.path}/labels", body={"name": name, "color": _COLOUR})
                ids[name] = number_of(made.body, "id")
        body = {"labels": [ids[name] for name in labels]}
        await self.client.ask("POST", f"{self.path}/issues/{number}/labels", body=body)

    async def ask_review(self, number: int, reviewers: tuple[str, ...]) -> tuple[str, ...]:
        """Ask each by itself, since one who cannot be asked would keep all others from being asked."""
        people = tuple({"reviewers": [name]} for name in reviewers if "/" not in name)
        teams = tuple({"team_reviewers": [name.partition("/")[2]]} for name in reviewers if "/" in name)
        return await ask_each(self.client, "POST", f"{self.path}/pulls/{number}/requested_reviewers", (*people, *teams))

    async def comments(self, number: int) -> tuple[str, ...]:
        """Return the texts of all comments."""
        found = await self.client.listing(f"{self.path}/issues/{number}/comments")
        return tuple(text_of(item, "body") for item in items_of(found))

    async def add_comment(self, number: int, text: str) -> None:
        """Add one."""
        await self.client.ask("POST", f"{self.path}/issues/{number}/comments", body={"body": text})


def _pull_request(body: object) -> PullRequest:
    merged = deep(body, "merged") is True
    closed = text_of(body, "state") == "closed"
    state = PullRequestState.MERGED if merged else PullRequestState.CLOSED if closed else PullRequestState.OPEN
    return PullRequest(
        number=number_of(body, "number"),
        url=text_of(body, "html_url"),
        state=state,
        draft=deep(body, "draft") is True or text_of(body, "title").startswith(_DRAFT),
        body=text_of(body, "body"),
        head=text_of(body, "head", "sha"),
        merged_by=text_of(body, "merged_by", "login"),
        # Accounts of bots are not told apart there: whose token is used must not be who merges.
        merged_by_person=merged and bool(text_of(body, "merged_by", "login")),
        merged_commit=text_of(body, "merge_commit_sha") if merged else "",
    )


@asynccontextmanager
async def open_client(rest: str, settings: Settings) -> AsyncIterator[tuple[Gitea, TokenSource]]:
    """Open the interface of one repository, with the token that git uses too.

    Raises:
        UserError: it is no repository's name, or the forge's address cannot be used.
    """
    service = settings.services["gitea"]
    owner, name = owner_and_name(rest, service)
    token = token_from(service, settings)
    async with open_service(service, settings, token=token) as client:
        yield Gitea(client, owner, name), token


@asynccontextmanager
async def open_forge(rest: str, settings: Settings, repository: Repository) -> AsyncIterator[HostedForge]:
    """Open the forge; its token is asked for with the first request, and not before.

    Raises:
        UserError: it is no repository's name, or the forge's address cannot be used.
    """
    async with open_client(rest, settings) as (gitea, token):
        url = git_url(settings.services["gitea"], f"{gitea.owner}/{gitea.name}", interface="/api/v1")
        remote = repository.remote(
            url, authorization=authorization_of(token, "oauth2"), environment=settings.environment
        )
        yield HostedForge(f"gitea:{gitea.owner}/{gitea.name}", gitea, remote)
