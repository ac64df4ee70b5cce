"""A forge on the network: git for the branch, the host's own interface for all else. It alone holds the token."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol
from urllib.parse import urlsplit

from journeyman.adapters.http import ServiceClient, TokenSource
from journeyman.domain.change import Change
from journeyman.domain.delivery import PullRequest, PullRequestState, Survey
from journeyman.domain.errors import UserError
from journeyman.domain.service import Service
from journeyman.ports.remote import Authorization, GitRemote

Fields = Mapping[str, object]
"""A JSON object, of which only the fields that are used are looked at."""


class Host(Protocol):
    """What differs from host to host: a handful of requests, each one effect or one look."""

    async def archived(self) -> bool:
        """Say whether nobody can write there any more; fails when there is no such repository."""
        ...

    async def find(self, branch: str) -> PullRequest | None:
        """Return the newest pull request of a branch."""
        ...

    async def open(self, change: Change, *, draft: bool) -> PullRequest:
        """Open one; the host's refusal is raised as it is."""
        ...

    async def pull_request(self, number: int) -> PullRequest:
        """Return one by its number, with who merged it."""
        ...

    async def label(self, number: int, labels: tuple[str, ...]) -> None:
        """Add labels, made where they are missing."""
        ...

    async def ask_review(self, number: int, reviewers: tuple[str, ...]) -> tuple[str, ...]:
        """Ask for reviews; returns notes on who could not be asked."""
        ...

    async def comments(self, number: int) -> tuple[str, ...]:
        """Return the texts of all comments."""
        ...

    async def add_comment(self, number: int, text: str) -> None:
        """Add one."""
        ...


@dataclass(frozen=True, slots=True)
class HostedForge:
    """Fills `ports.forge.Forge` with a host and a git remote."""

    place: str
    host: Host
    remote: GitRemote

    async def survey(self, change: Change) -> Survey:
        """Say what is there: the repository through its interface, the branches through git."""
        archived = await self.host.archived()
        tips = await self.remote.tips(*dict.fromkeys((change.target, change.branch)))
        tip = tips.get(change.target, "")
        # A repository that nobody can write to is not worth a fetch.
        held = bool(tip) and (archived or tip == change.base or await self.remote.holds(change.base, change.target))
        return Survey(
            archived=archived, target_tip=tip, branch_tip=tips.get(change.branch, ""), holds_base=held or archived
        )

    async def find(self, branch: str) -> PullRequest | None:
        """Return the newest pull request of a branch."""
        return await self.host.find(branch)

    async def push(self, commit: str, branch: str) -> bool:
        """Make a new branch that points at the commit."""
        return await self.remote.push(commit, branch)

    async def open(self, change: Change, *, draft: bool) -> PullRequest:
        """Open a pull request, or find it open."""
        there = await self.host.find(change.branch)
        if there is not None and there.state is PullRequestState.OPEN:
            return replace(there, found=True)
        try:
            return await self.host.open(change, draft=draft)
        except UserError:
            # A listing may lag behind: the host that says "there is one" is believed over its listing.
            there = await self.host.find(change.branch)
            if there is None or there.state is not PullRequestState.OPEN:
                raise
            return replace(there, found=True)

    async def annotate(self, number: int, labels: tuple[str, ...], reviewers: tuple[str, ...]) -> tuple[str, ...]:
        """Label and ask for reviews; what the host refuses is a note."""
        notes: list[str] = []
        if labels:
            try:
                await self.host.label(number, labels)
            except UserError as error:
                notes.append(f"not labelled: {error.problem}")
        if reviewers:
            notes += await self.host.ask_review(number, reviewers)
        return tuple(notes)

    async def comment(self, number: int, text: str, marker: str) -> bool:
        """Comment once."""
        if any(marker in said for said in await self.host.comments(number)):
            return False
        await self.host.add_comment(number, text)
        return True


def authorization_of(token: TokenSource, user: str) -> Authorization:
    """Return what gives git its credential: the token as a password, which every forge takes over HTTPS."""

    async def authorization() -> str:
        secret = await token()
        return f"Basic {base64.b64encode(f'{user}:{secret}'.encode()).decode()}" if secret else ""

    return authorization


def git_url(service: Service, path: str, *, interface: str) -> str:
    """Return a repository's URL for git.

    Args:
        service: where the forge is.
        path: of the repository, `owner/name`.
        interface: what the interface's URL ends in beside the host's own, e.g. `/api/v4`.
    """
    root = service.git_url or service.url.removesuffix(interface)
    if not service.git_url and urlsplit(root).hostname == "api.github.com":
        root = "https://github.com"
    return f"{root}/{path}.git"


def text_of(fields: object, *path: str) -> str:
    """Return a text deep in a JSON object; empty when it is not there."""
    found = deep(fields, *path)
    return found if isinstance(found, str) else ""


def number_of(fields: object, *path: str) -> int:
    """Return a whole number deep in a JSON object; 0 when it is not there."""
    found = deep(fields, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def deep(fields: object, *path: str) -> object:
    """Return what stands deep in a JSON object, or None."""
    for name in path:
        if not isinstance(fields, dict):
            return None
        fields = fields.get(name)
    return fields


def items_of(body: object) -> tuple[Fields, ...]:
    """Return the objects of a JSON list."""
    return tuple(item for item in body if isinstance(item, dict)) if isinstance(body, list | tuple) else ()


def owner_and_name(rest: str, service: Service) -> tuple[str, str]:
    """Return the two parts of `OWNER/REPO`.

    Raises:
        UserError: it is not that.
    """
    owner, _, name = rest.strip("/").partition("/")
    plain = all(part and not set(part) - _NAME for part in (owner, name))
    if not plain or {owner, name} & {".", ".."}:
        raise UserError(f"{service.name}:{rest} is no repository", remedy=f"Write {service.name}:OWNER/REPO.")
    return owner, name


_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


async def ask_each(client: ServiceClient, method: str, path: str, bodies: tuple[Fields, ...]) -> tuple[str, ...]:
    """Send requests of which each may be refused; returns the refusals, in words."""
    notes: list[str] = []
    for body in bodies:
        try:
            await client.ask(method, path, body=body)
        except UserError as error:
            notes.append(f"{', '.join(f'{key} {value}' for key, value in body.items())}: {error.problem}")
    return tuple(notes)
