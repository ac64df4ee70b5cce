"""`gitlab:GROUP/PROJECT`: GitLab, gitlab.com or a server of one's own; pull requests are merge requests there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote

from journeyman.adapters.forges.hosted import (
    HostedForge,
    authorization_of,
    deep,
    git_url,
    items_of,
    number_of,
    text_of,
)
from journeyman.adapters.http import ServiceClient, TokenSource, open_service, token_from
from journeyman.domain.change import Change
from journeyman.domain.delivery import PullRequest, PullRequestState
from journeyman.domain.errors import UserError
from journeyman.ports.repository import Repository
from journeyman.settings import Settings

_DRAFT = "Draft: "
_STATES = {"merged": PullRequestState.MERGED, "closed": PullRequestState.CLOSED}


@dataclass(frozen=True, slots=True)
class GitLab:
    """Fills `hosted.Host`."""

    client: ServiceClient
    project: str
    """`group/subgroup/project`."""

    @property
    def path(self) -> str:
        """Of the project in the interface."""
        return f"/projects/{quote(self.project, safe='')}"

    async def archived(self) -> bool:
        """Say whether the project is archived."""
        return deep((await self.client.ask("GET", self.path)).body, "archived") is True

    async def find(self, branch: str) -> PullRequest | None:
        """Return the newest merge request of a branch of this very project."""
        query = {"source_branch": branch, "state": "all", "per_page": "100"}
        found = items_of(await self.client.listing(f"{self.path}/merge_requests", query=query))
        own = [
            item
            for item in found
            if text_of(item, "source_branch") == branch
            and deep(item, "source_project_id") == deep(item, "target_project_id")
        ]
        return _pull_request(max(own, key=lambda item: number_of(item, "iid"))) if own else None

    async def open(self, change: Change, *, draft: bool) -> PullRequest:
        """Open a merge request."""
        body = {
            "source_branch": change.branch,
            "target_branch": change.target,
            "title": f"{_DRAFT if draft else ''}{change.title}",
            "description": change.body,
            "remove_source_branch": True,
        }
        return _pull_request((await self.client.ask("POST", f"{self.path}/merge_requests", body=body)).body)

    async def pull_request(self, number: int) -> PullRequest:
        """Return one by its number; who merged it is looked up, since only the account tells a bot."""
        found = (await self.client.ask("GET", f"{self.path}/merge_requests/{number}")).body
        account = number_of(found, "merge_user", "id") or number_of(found, "merged_by", "id")
        if not account:
            return _pull_request(found)
        user = (await self.client.ask("GET", f"/users/{account}")).body
        return _pull_request(found, by_person=deep(user, "bot") is False)

    async def label(self, number: int, labels: tuple[str, ...]) -> None:
        """Add labels; GitLab makes those that are missing."""
        body = {"add_labels": ",".join(labels)}
        await self.client.ask("PUT", f"{self.path}/merge_requests/{number}", body=body)

    async def ask_review(self, number: int, reviewers: tuple[str, ...]) -> tuple[str, ...]:
        """Ask all whose accounts are found; groups cannot be asked there."""
        notes: list[str] = []
        accounts: list[int] = []
        for name in reviewers:
            found = (
                () if "/" in name else items_of((await self.client.ask("GET", "/users", query={"username": name})).body)
            )
            accounts += [number_of(item, "id") for item in found[:1]]
            if not found:
                notes.append(f"no account `{name}` to ask for a review")
        if accounts:
            try:
                await self.client.ask("PUT", f"{self.path}/merge_requests/{number}", body={"reviewer_ids": accounts})
            except UserError as error:
                notes.append(f"nobody was asked for a review: {error.problem}")
        return tuple(notes)

    async def _account(self, name: str) -> int:
        if "/" in name:
            return 0
        found = items_of((await self.client.ask("GET", "/users", query={"username": name})).body)
        return number_of(found[0], "id") if found else 0

    async def comments(self, number: int) -> tuple[str, ...]:
        """Return the texts of all notes."""
        found = await self.client.listing(f"{self.path}/merge_requests/{number}/notes", query={"per_page": "100"})
        return tuple(text_of(item, "body") for item in items_of(found))

    async def add_comment(self, number: int, text: str) -> None:
        """Add one."""
        await self.client.ask("POST", f"{self.path}/merge_requests/{number}/notes", body={"body": text})


def _pull_request(body: object, *, by_person: bool = False) -> PullRequest:
    # `locked` is a merge in progress: still open for whoever looks.
    state = _STATES.get(text_of(body, "state"), PullRequestState.OPEN)
    merged = state is PullRequestState.MERGED
    commits = ("merge_commit_sha", "squash_commit_sha", "sha")
    return PullRequest(
        number=number_of(body, "iid"),
        url=text_of(body, "web_url"),
        state=state,
        draft=deep(body, "draft") is True,
        body=text_of(body, "description"),
        head=text_of(body, "sha"),
        merged_by=text_of(body, "merge_user", "username") or text_of(body, "merged_by", "username"),
        merged_by_person=merged and by_person,
        merged_commit=next((sha for name in commits if (sha := text_of(body, name))), "") if merged else "",
    )


@asynccontextmanager
async def open_client(rest: str, settings: Settings) -> AsyncIterator[tuple[GitLab, TokenSource]]:
    """Open the interface of one project, with the token that git uses too.

    Raises:
        UserError: it is no project's path, or the forge's address cannot be used.
    """
    service = settings.services["gitlab"]
    parts = rest.strip("/").split("/")
    if len(parts) < 2 or any(not part or part in {".", ".."} or set(part) & set(" ?#%\\") for part in parts):
        raise UserError(f"gitlab:{rest} is no project", remedy="Write gitlab:GROUP/PROJECT.")
    token = token_from(service, settings)
    async with open_service(service, settings, token=token) as client:
        yield GitLab(client, "/".join(parts)), token


@asynccontextmanager
async def open_forge(rest: str, settings: Settings, repository: Repository) -> AsyncIterator[HostedForge]:
    """Open the forge; its token is asked for with the first request, and not before.

    Raises:
        UserError: it is no project's path, or the forge's address cannot be used.
    """
    async with open_client(rest, settings) as (gitlab, token):
        url = git_url(settings.services["gitlab"], gitlab.project, interface="/api/v4")
        remote = repository.remote(
            url, authorization=authorization_of(token, "oauth2"), environment=settings.environment
        )
        yield HostedForge(f"gitlab:{gitlab.project}", gitlab, remote)
