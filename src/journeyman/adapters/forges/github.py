"""`github:OWNER/REPO`: GitHub, its Enterprise servers, and whatever else speaks GitHub's interface."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from journeyman.adapters.forges.github_app import installation_token
from journeyman.adapters.forges.hosted import (
    Fields,
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
from journeyman.adapters.http import RefusedError, ServiceClient, TokenSource, open_service, token_from
from journeyman.domain.change import Change
from journeyman.domain.delivery import PullRequest, PullRequestState
from journeyman.ports.repository import Repository
from journeyman.settings import Settings


@dataclass(frozen=True, slots=True)
class GitHub:
    """Fills `hosted.Host`."""

    client: ServiceClient
    owner: str
    name: str

    @property
    def path(self) -> str:
        """Of the repository in the interface."""
        return f"/repos/{self.owner}/{self.name}"

    async def archived(self) -> bool:
        """Say whether the repository is archived or disabled."""
        body = (await self.client.ask("GET", self.path)).body
        return deep(body, "archived") is True or deep(body, "disabled") is True

    async def find(self, branch: str) -> PullRequest | None:
        """Return the newest pull request of a branch of this very repository."""
        query = {"head": f"{self.owner}:{branch}", "state": "all", "per_page": "100"}
        found = items_of(await self.client.listing(f"{self.path}/pulls", query=query))
        own = [item for item in found if text_of(item, "head", "ref") == branch and self._is_own(item)]
        return _pull_request(max(own, key=lambda item: number_of(item, "number"))) if own else None

    async def open(self, change: Change, *, draft: bool) -> PullRequest:
        """Open a pull request; a plan that has no drafts gets an ordinary one."""
        body = {"title": change.title, "head": change.branch, "base": change.target, "body": change.body}
        try:
            answer = await self.client.ask("POST", f"{self.path}/pulls", body={**body, "draft": draft})
        except RefusedError as error:
            if not draft or "draft" not in error.said.lower():
                raise
            answer = await self.client.ask("POST", f"{self.path}/pulls", body={**body, "draft": False})
        return _pull_request(answer.body)

    async def pull_request(self, number: int) -> PullRequest:
        """Return one by its number."""
        return _pull_request((await self.client.ask("GET", f"{self.path}/pulls/{number}")).body)

    async def label(self, number: int, labels: tuple[str, ...]) -> None:
        """Add labels; GitHub makes those that are missing."""
        await self.client.ask("POST", f"{self.path}/issues/{number}/labels", body={"labels": list(labels)})

    async def ask_review(self, number: int, reviewers: tuple[str, ...]) -> tuple[str, ...]:
        """Ask each by itself, since one who cannot be asked would keep all others from being asked."""
        people = tuple({"reviewers": [name]} for name in reviewers if "/" not in name)
        teams = tuple({"team_reviewers": [name.partition("/")[2]]} for name in reviewers if "/" in name)
        return await ask_each(self.client, "POST", f"{self.path}/pulls/{number}/requested_reviewers", (*people, *teams))

    async def comments(self, number: int) -> tuple[str, ...]:
        """Return the texts of all comments."""
        found = await self.client.listing(f"{self.path}/issues/{number}/comments", query={"per_page": "100"})
        return tuple(text_of(item, "body") for item in items_of(found))

    async def add_comment(self, number: int, text: str) -> None:
        """Add one."""
        await self.client.ask("POST", f"{self.path}/issues/{number}/comments", body={"body": text})

    def _is_own(self, item: Fields) -> bool:
        # A fork may have a branch of the same name.
        full_name = text_of(item, "head", "repo", "full_name").lower()
        return full_name in {"", f"{self.owner}/{self.name}".lower()}


def _pull_request(body: object) -> PullRequest:
    merged = deep(body, "merged") is True or bool(text_of(body, "merged_at"))
    closed = text_of(body, "state") == "closed"
    state = PullRequestState.MERGED if merged else PullRequestState.CLOSED if closed else PullRequestState.OPEN
    return PullRequest(
        number=number_of(body, "number"),
        url=text_of(body, "html_url"),
        state=state,
        draft=deep(body, "draft") is True,
        body=text_of(body, "body"),
        head=text_of(body, "head", "sha"),
        merged_by=text_of(body, "merged_by", "login"),
        merged_by_person=text_of(body, "merged_by", "type") == "User",
        merged_commit=text_of(body, "merge_commit_sha") if merged else "",
    )


@asynccontextmanager
async def open_client(rest: str, settings: Settings) -> AsyncIterator[tuple[GitHub, TokenSource]]:
    """Open the interface of one repository, with the token that git uses too.

    Raises:
        UserError: it is no repository's name, or the forge's address cannot be used.
    """
    service = settings.services["github"]
    owner, name = owner_and_name(rest, service)
    kept = token_from(service, settings)
    minted = installation_token(service, settings, owner=owner, name=name) if service.app_id else kept
    async with open_service(service, settings, token=minted) as client:
        yield GitHub(client, owner, name), minted


@asynccontextmanager
async def open_forge(rest: str, settings: Settings, repository: Repository) -> AsyncIterator[HostedForge]:
    """Open the forge; its token is asked for with the first request, and not before.

    Raises:
        UserError: it is no repository's name, or the forge's address cannot be used.
    """
    async with open_client(rest, settings) as (github, token):
        url = git_url(settings.services["github"], f"{github.owner}/{github.name}", interface="/api/v3")
        remote = repository.remote(
            url, authorization=authorization_of(token, "x-access-token"), environment=settings.environment
        )
        yield HostedForge(f"github:{github.owner}/{github.name}", github, remote)
