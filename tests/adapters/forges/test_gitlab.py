"""Delivery to GitLab: the same requests as python-gitlab sends, a real push, once."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gitlab
import pytest
from tests.adapters.forges.conftest import RUN, TOKEN, WISHES, Scene

from journeyman.adapters.forges.gitlab import GitLab, open_client
from journeyman.domain.delivery import PullRequestState
from journeyman.domain.errors import UserError
from journeyman.testing.services import Asked, FakeService, Reply, serve

BRANCH = f"journeyman/{RUN}"


class FakeGitLab:
    """One project in memory."""

    def __init__(self) -> None:
        self.merge_requests: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        self.archived = False
        self.users = {
            "ada": {"id": 5, "username": "ada", "bot": False},
            "robot": {"id": 6, "username": "robot", "bot": True},
        }

    def answer(self, asked: Asked) -> Reply:
        if asked.headers.get("private-token") != TOKEN:
            return Reply(status=401, body={"message": "401 Unauthorized"})
        body: Any = asked.body
        if asked.path == "/users":
            name = asked.query.removeprefix("username=")
            return Reply(body=[self.users[name]] if name in self.users else [])
        if user := re.fullmatch(r"/users/(\d+)", asked.path):
            return Reply(body=next(one for one in self.users.values() if one["id"] == int(user[1])))
        rest = asked.path.removeprefix("/projects/acme%2Fwidgets")
        if rest == asked.path:
            return Reply(status=404, body={"message": "404 Project Not Found"})
        if not rest:
            return Reply(body={"id": 1, "archived": self.archived})
        if rest == "/merge_requests":
            return self._listed_or_made(asked.method, body)
        if rest == "/merge_requests/1/notes":
            if asked.method == "POST":
                self.notes.append(body)
            return Reply(status=201 if asked.method == "POST" else 200, body=self.notes)
        if asked.method == "PUT":
            self.merge_requests[0].update(body)
        return Reply(body=self.merge_requests[0])

    def _listed_or_made(self, method: str, body: Any) -> Reply:
        if method == "GET":
            return Reply(body=self.merge_requests)
        if any(one["state"] == "opened" for one in self.merge_requests):
            return Reply(status=409, body={"message": ["Another open merge request already exists"]})
        made = {
            **body, "iid": len(self.merge_requests) + 1, "state": "opened", "draft": body["title"].startswith("Draft: "),
            "web_url": "https://gitlab.example/mr/1", "source_project_id": 1, "target_project_id": 1,
        }  # fmt: skip
        self.merge_requests.append(made)
        return Reply(status=201, body=made)


@pytest.fixture
def hub(scene: Scene) -> Iterator[FakeGitLab]:
    fake = FakeGitLab()
    scene.service = "gitlab"
    with serve(fake.answer) as service:
        scene.url = service.url
        yield fake


async def test_a_change_becomes_a_draft_merge_request(scene: Scene, hub: FakeGitLab) -> None:
    delivery = await scene.deliver()
    assert scene.branches()[BRANCH] == delivery.commit
    (made,) = hub.merge_requests
    assert (made["title"], made["target_branch"], made["description"]) == (
        "Draft: Answer 43",
        "main",
        scene.change.body,
    )
    assert (made["add_labels"], made["reviewer_ids"]) == ("journeyman", [5])
    assert delivery.notes == ("no account `acme/core` to ask for a review",)
    assert len(hub.notes) == 1
    assert await scene.deliver() == replace(delivery, already_there=True)
    assert len(hub.merge_requests) == len(hub.notes) == 1


async def test_what_does_not_fit_is_refused(scene: Scene, hub: FakeGitLab) -> None:
    hub.archived = True
    with pytest.raises(UserError, match="archived"):
        await scene.deliver()
    hub.archived = False
    await scene.deliver()
    hub.merge_requests[0]["state"] = "closed"
    with pytest.raises(UserError, match="closed by somebody"):
        await scene.deliver()
    assert len(hub.merge_requests) == 1


@pytest.mark.parametrize(("name", "person"), [("ada", True), ("robot", False)])
async def test_who_merged_is_looked_up(name: str, person: bool, scene: Scene, hub: FakeGitLab) -> None:
    await scene.deliver()
    hub.merge_requests[0].update(state="merged", merge_commit_sha="d" * 40, merge_user=hub.users[name])
    async with open_client("acme/widgets", scene.settings()) as (client, _):
        found = await client.pull_request(1)
    assert (found.state, found.merged_by, found.merged_by_person) == (PullRequestState.MERGED, name, person)
    assert found.merged_commit == "d" * 40


@pytest.mark.parametrize("rest", ["", "acme", "acme//x", "acme/../x", "acme/a?b", "acme/a%2fb", "acme/ "])
async def test_what_is_no_project_is_refused(rest: str, scene: Scene) -> None:
    scene.service = "gitlab"
    with pytest.raises(UserError, match="is no project"):
        await scene.deliver(WISHES, rest)


def sent(service: FakeService) -> list[tuple[str, str, object]]:
    """Return what was sent, with the differences that mean nothing taken out."""
    return [
        (asked.method, asked.path.removeprefix("/api/v4"), asked.body)
        for asked in service.asked
        if asked.method != "GET" or "notes" in asked.path
    ]


async def test_requests_are_those_of_python_gitlab(scene: Scene) -> None:
    reply = Reply(status=201, body={"id": 1, "iid": 7, "web_url": "u", "state": "opened", "title": "t"})

    def answer(asked: Asked) -> Reply:
        return Reply(body=[]) if asked.method == "GET" and asked.path.endswith(("notes", "requests")) else reply

    with serve(answer) as theirs:
        project = gitlab.Gitlab(theirs.url, private_token=TOKEN).projects.get("acme/widgets", lazy=True)
        request = project.mergerequests.create(
            {
                "source_branch": BRANCH, "target_branch": "main", "title": "Draft: Answer 43",
                "description": scene.change.body, "remove_source_branch": True,
            }
        )  # fmt: skip
        request.notes.list()
        request.notes.create({"body": "hello"})
        project.mergerequests.update(7, {"add_labels": "a,b"})
        project.mergerequests.update(7, {"reviewer_ids": [5, 6]})
    with serve(answer) as service:
        scene.service, scene.url = "gitlab", service.url
        async with open_client("acme/widgets", scene.settings()) as (ours, _):
            assert isinstance(ours, GitLab)
            await ours.open(scene.change, draft=True)
            await ours.comments(7)
            await ours.add_comment(7, "hello")
            await ours.label(7, ("a", "b"))
            await ours.client.ask("PUT", f"{ours.path}/merge_requests/7", body={"reviewer_ids": [5, 6]})
    assert sent(service) == sent(theirs)
