"""Answering a tracker: who asked for a change is told where it is; a step that is done is not done again."""

from typing import Any
from urllib.parse import quote

from journeyman.adapters.http import ServiceClient
from journeyman.adapters.sources.adf import adf_of_lines, markdown_of_adf
from journeyman.domain.answer import Answer
from journeyman.domain.errors import UserError


async def comment_once(client: ServiceClient, path: str, answer: Answer) -> str:
    """Comment on an issue of a forge unless this run's comment is there; returns what was done."""
    for said in await client.listing(path, query={"per_page": "100"}):
        if isinstance(said, dict) and answer.mark in str(said.get("body", "")):
            return "commented already"
    await client.ask("POST", path, body={"body": "\n\n".join(answer.lines)})
    return "commented"


async def answer_jira(client: ServiceClient, version: int, key: str, answer: Answer) -> tuple[str, ...]:
    """Comment on a ticket, link the pull request to it, and move it on, each unless that is done."""
    path = f"/rest/api/{version}/issue/{quote(key)}"
    done = []
    if answer.wishes.comment:
        done.append(await _commented(client, version, path, answer))
        if answer.pull_request.startswith("http"):
            # Jira knows a remote link by its globalId: the second time changes the first.
            link = {"globalId": answer.mark, "object": {"url": answer.pull_request, "title": answer.title}}
            await client.ask("POST", f"{path}/remotelink", body=link)
            done.append("linked")
    if answer.wishes.transition:
        done.append(await _moved(client, path, answer.wishes.transition))
    return tuple(done)


async def _commented(client: ServiceClient, version: int, path: str, answer: Answer) -> str:
    held = await client.ask("GET", f"{path}/comment", query={"maxResults": "100", "orderBy": "-created"})
    comments = held.body.get("comments", []) if isinstance(held.body, dict) else []
    for said in comments:
        body = said.get("body") if isinstance(said, dict) else ""
        if answer.mark in (markdown_of_adf(body) if isinstance(body, dict) else str(body)):
            return "commented already"
    body = adf_of_lines(answer.lines) if version == 3 else "\n\n".join(answer.lines)
    await client.ask("POST", f"{path}/comment", body={"body": body})
    return "commented"


async def _moved(client: ServiceClient, path: str, wanted: str) -> str:
    """Move a ticket to a status, by the name of the status or of the transition to it.

    Raises:
        UserError: there is no such way from where it stands.
    """
    issue = await client.ask("GET", path, query={"fields": "status"})
    status = _name(_dict(_dict(issue.body).get("fields")).get("status"))
    if status.casefold() == wanted.casefold():
        return f"in {status} already"
    held = await client.ask("GET", f"{path}/transitions")
    ways = [_dict(way) for way in _dict(held.body).get("transitions", [])]
    for way in ways:
        if wanted.casefold() in (_name(way).casefold(), _name(way.get("to")).casefold()):
            await client.ask("POST", f"{path}/transitions", body={"transition": {"id": way.get("id")}})
            return f"moved to {wanted}"
    known = ", ".join(_name(way) for way in ways)
    raise UserError(
        f"no transition leads to `{wanted}` from `{status}`", remedy=f"Known from there: {known or 'none'}."
    )


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _name(value: object) -> str:
    return str(_dict(value).get("name", ""))
