"""`jira:KEY-12`: a ticket of Jira, Data Center (REST v2, wiki markup) or Cloud (REST v3, Atlassian Document Format)."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from journeyman.adapters.http import ServiceClient, open_service
from journeyman.adapters.sources.adf import markdown_of_adf
from journeyman.adapters.sources.answering import answer_jira
from journeyman.adapters.sources.ticket import Comment, Ticket, spec_of_ticket
from journeyman.adapters.sources.wiki import markdown_of_wiki
from journeyman.domain.answer import Answer
from journeyman.domain.document import Trust
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.requirement import Extension, Kind, Link
from journeyman.domain.service import Service
from journeyman.domain.spec import Spec
from journeyman.settings import Settings

_KEY = re.compile(r"^(?:https?://\S+/browse/)?([A-Z][A-Z0-9_]+-\d+)$")
_ACCEPTANCE = re.compile(r"acceptance criteria|definition of done", re.IGNORECASE)
_SHOWN_ELSEWHERE = frozenset(
    {
        "summary",
        "description",
        "comment",
        "labels",
        "issuelinks",
        "subtasks",
        "reporter",
        "creator",
        "updated",
        "attachment",
    }
)


class JiraTickets:
    """Tickets of one Jira."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client
        self.version = 3 if is_cloud(client.service) else 2

    async def load(self, rest: str) -> Spec:
        """Return the spec in a ticket.

        Raises:
            UserError: no such ticket, or no right to see it.
            AdapterError: Jira failed.
        """
        key = key_of(rest)
        path = f"/rest/api/{self.version}/issue/{key}"
        answer = await self._client.ask("GET", path, query={"expand": "names"})
        issue = _mapping(answer.body)
        fields = _mapping(issue.get("fields"))
        if not fields:
            raise AdapterError(f"Jira answered {path} with something that is no ticket")
        base = f"{urlsplit(self._client.service.url).scheme}://{urlsplit(self._client.service.url).netloc}"
        reporter = _mapping(fields.get("reporter"))
        criteria = self._criteria(fields, _mapping(issue.get("names")))
        ticket = Ticket(
            locator=f"jira:{rest}",
            title=str(fields.get("summary") or ""),
            body=self._markdown(fields.get("description")),
            author=_person(reporter),
            trust=_trust(reporter),
            ref=str(fields.get("updated") or ""),
            uri=f"{base}/browse/{key}",
            open=_category(fields) != "done",
            kind=Kind.BUGFIX if _name(fields.get("issuetype")).lower() in ("bug", "defect") else Kind.FEATURE,
            comments=tuple(self._comments(await self._said(path, fields))),
            criteria=criteria,
            labels=tuple(str(label) for label in fields.get("labels") or ()),
            links=tuple(_links(fields)),
            extensions=(*_extensions(fields), *_raw(fields)),
        )
        return spec_of_ticket(ticket)

    async def answer(self, rest: str, answer: Answer) -> tuple[str, ...]:
        """Comment, link and move the ticket, each once; see `ports.source.AnsweringSource`."""
        return await answer_jira(self._client, self.version, key_of(rest), answer)

    async def _said(self, path: str, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return every comment: those that came along, or all when there are more."""
        held = _mapping(fields.get("comment"))
        comments = held.get("comments") or []
        if int(held.get("total") or 0) > len(comments) or "comment" not in fields:
            answer = await self._client.ask("GET", f"{path}/comment", query={"maxResults": "100"})
            comments = _mapping(answer.body).get("comments") or []
        return [_mapping(comment) for comment in comments]

    def _comments(self, said: list[dict[str, Any]]) -> Iterator[Comment]:
        for place, comment in enumerate(said, start=1):
            author = _mapping(comment.get("author"))
            yield Comment(
                id=str(comment.get("id") or place),
                text=self._markdown(comment.get("body")),
                author=_person(author),
                trust=_trust(author),
            )

    def _markdown(self, value: object) -> str:
        if isinstance(value, dict):
            return markdown_of_adf(value)
        return markdown_of_wiki(value) if isinstance(value, str) else ""

    def _criteria(self, fields: Mapping[str, Any], names: Mapping[str, Any]) -> str:
        for key, name in names.items():
            if _ACCEPTANCE.search(str(name)) and (text := self._markdown(fields.get(key))):
                return text
        return ""


@asynccontextmanager
async def open_source(_rest: str, settings: Settings) -> AsyncIterator[JiraTickets]:
    """Open the source; its connections are closed at the end."""
    async with open_service(settings.services["jira"], settings) as client:
        yield JiraTickets(client)


def is_cloud(service: Service) -> bool:
    """Tell whether a Jira is Atlassian's: a token goes with a user there, and is one by itself elsewhere."""
    return bool(service.user) or (urlsplit(service.url).hostname or "").endswith(".atlassian.net")


def key_of(rest: str) -> str:
    """Return the key of a ticket.

    Raises:
        UserError: it is none.
    """
    found = _KEY.match(rest.strip())
    if not found:
        raise UserError(f"`{rest}` names no ticket", remedy="Write it as jira:ABC-12.")
    return found[1]


def _links(fields: Mapping[str, Any]) -> Iterator[Link]:
    for link in map(_mapping, fields.get("issuelinks") or ()):
        kind = _mapping(link.get("type"))
        for side, key in (("inward", "inwardIssue"), ("outward", "outwardIssue")):
            other = _mapping(link.get(key))
            if other:
                words = str(kind.get(side) or "").lower()
                relation = "blocked-by" if "blocked by" in words else "blocks" if "block" in words else "relates"
                relation = "duplicates" if "duplicat" in words else relation
                done = _category(_mapping(other.get("fields"))) == "done"
                yield Link(relation=relation, target=str(other.get("key") or ""), open=not done)
    parent = _mapping(fields.get("parent"))
    if parent.get("key"):
        yield Link(relation="parent", target=str(parent["key"]))
    for task in map(_mapping, fields.get("subtasks") or ()):
        yield Link(
            relation="subtask",
            target=str(task.get("key") or ""),
            open=_category(_mapping(task.get("fields"))) != "done",
        )


def _extensions(fields: Mapping[str, Any]) -> Iterator[Extension]:
    """Yield every other field that is set, so that nothing of the ticket is dropped."""
    for key in sorted(fields):
        value = fields[key]
        if key in _SHOWN_ELSEWHERE or value in (None, "", [], {}):
            continue
        text = _name(value) or (
            value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)
        )
        yield Extension(name=f"jira.{key}", value=str(text))


def _raw(fields: Mapping[str, Any]) -> Iterator[Extension]:
    """Yield the description as Jira holds it, beside the Markdown that was made of it."""
    held = fields.get("description")
    if held:
        text = held if isinstance(held, str) else json.dumps(held, sort_keys=True, ensure_ascii=False)
        yield Extension(name="jira.description", value=text)


def _trust(person: Mapping[str, Any]) -> Trust:
    """Customers of a service desk may write tickets too; who is switched off is nobody's member any more."""
    if not person or person.get("active") is False or person.get("accountType") in ("customer", "app"):
        return Trust.UNKNOWN
    return Trust.MEMBER


def _person(person: Mapping[str, Any]) -> str:
    return str(person.get("displayName") or person.get("name") or person.get("accountId") or "")


def _category(fields: Mapping[str, Any]) -> str:
    return str(_mapping(_mapping(fields.get("status")).get("statusCategory")).get("key") or "")


def _name(value: object) -> str:
    held = _mapping(value)
    return str(held.get("name") or held.get("value") or held.get("displayName") or "")


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
