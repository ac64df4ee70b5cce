"""Delivery to Gitea and Forgejo: labels are numbers, drafts are titles, and everything happens once."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.adapters.forges.conftest import RUN, TOKEN, Scene

from journeyman.domain.errors import UserError
from journeyman.testing.services import Asked, FakeService, Reply, serve

BRANCH = f"journeyman/{RUN}"


class FakeGitea:
    """One repository in memory."""

    def __init__(self) -> None:
        self.pulls: list[dict[str, Any]] = []
        self.comments: list[dict[str, Any]] = []
        self.labels: list[dict[str, Any]] = [{"id": 1, "name": "bug"}]
        self.labelled: list[int] = []
        self.reviewers: list[object] = []

    def answer(self, asked: Asked) -> Reply:  # noqa: C901, PLR0911 - a table of routes
        if asked.headers.get("authorization") != f"token {TOKEN}":
            return Reply(status=401, body={"message": "token is required"})
        body: Any = asked.body
        match asked.method, asked.path.removeprefix("/repos/acme/widgets"):
            case "GET", "":
                return Reply(body={"archived": False})
            case "GET", "/pulls":
                return Reply(body=self.pulls)
            case "POST", "/pulls":
                return self._open(body)
            case "GET", "/labels":
                return Reply(body=self.labels)
            case "POST", "/labels":
                self.labels.append({"id": len(self.labels) + 1, **body})
                return Reply(status=201, body=self.labels[-1])
            case "POST", "/issues/1/labels":
                self.labelled += body["labels"]
                return Reply(body=[])
            case "POST", "/pulls/1/requested_reviewers":
                self.reviewers.append(body)
                return Reply(status=201, body=[])
            case "GET", "/issues/1/comments":
                return Reply(body=self.comments)
            case "POST", "/issues/1/comments":
                self.comments.append(body)
                return Reply(status=201, body=body)
        return Reply(status=404, body={"message": "The target couldn't be found."})

    def _open(self, body: Any) -> Reply:
        if self.pulls:
            return Reply(status=409, body={"message": "pull request already exists for these targets"})
        self.pulls.append(
            {**body, "number": 1, "state": "open", "html_url": "https://gitea.example/1", "merged": False,
             "head": {"ref": body["head"], "repo": {"full_name": "acme/widgets"}}}
        )  # fmt: skip
        return Reply(status=201, body=self.pulls[0])


@pytest.fixture
def service(scene: Scene) -> Iterator[tuple[FakeGitea, FakeService]]:
    fake = FakeGitea()
    scene.service = "gitea"
    with serve(fake.answer) as running:
        scene.url = running.url
        yield fake, running


async def test_a_change_becomes_a_pull_request(scene: Scene, service: tuple[FakeGitea, FakeService]) -> None:
    hub, _ = service
    delivery = await scene.deliver()
    assert scene.branches()[BRANCH] == delivery.commit
    assert hub.pulls[0]["title"] == "WIP: Answer 43"
    assert hub.labelled == [2]
    assert hub.labels[-1]["name"] == "journeyman"
    assert hub.reviewers == [{"reviewers": ["ada"]}, {"team_reviewers": ["core"]}]
    assert await scene.deliver() == replace(delivery, already_there=True)
    assert len(hub.pulls) == len(hub.comments) == 1


async def test_a_closed_one_stays_closed(scene: Scene, service: tuple[FakeGitea, FakeService]) -> None:
    hub, _ = service
    await scene.deliver()
    hub.pulls[0]["state"] = "closed"
    with pytest.raises(UserError, match="closed by somebody"):
        await scene.deliver()


async def test_requests_are_as_the_official_document_wants_them(
    scene: Scene, service: tuple[FakeGitea, FakeService]
) -> None:
    """Forgejo's document is not ours to ship; whoever has it names it in JOURNEYMAN_TEST_FORGEJO_SWAGGER."""
    place = os.environ.get("JOURNEYMAN_TEST_FORGEJO_SWAGGER", "")  # noqa: TID251 - a test's own knob
    if not place:
        pytest.skip("JOURNEYMAN_TEST_FORGEJO_SWAGGER names no swagger.v1.json")
    from tests.adapters.forges.openapi import swagger_violations

    await scene.deliver()
    _, running = service
    wrong = {
        f"{one.method} {one.path}": found for one in running.asked if (found := swagger_violations(Path(place), one))
    }
    assert not wrong
