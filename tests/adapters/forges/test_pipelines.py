"""CI at each forge: started as the forge documents it, heard as the same few words."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import gitlab
import pytest
from standardwebhooks.webhooks import Webhook
from tests.adapters.forges.conftest import TOKEN, assert_official
from tests.adapters.forges.test_gitlab import sent

from journeyman.adapters.forges import gitea, github
from journeyman.adapters.forges import gitlab as own_gitlab
from journeyman.adapters.forges.gitea_actions import GiteaActions
from journeyman.adapters.forges.github_actions import GitHubActions
from journeyman.adapters.forges.gitlab_pipelines import GitLabPipelines
from journeyman.adapters.webhooks.endpoint import send
from journeyman.domain.ci import CiState, Trigger
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.service import SERVICES
from journeyman.settings import Settings
from journeyman.testing.github import FakeGitHub
from journeyman.testing.services import Asked, FakeService, Reply, serve

COMMIT = "c" * 40
SECRET = "whsec_MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw"
WORKFLOW = Trigger(kind="workflow", name="ci.yml", ref="journeyman/r1", inputs=(("commit", COMMIT),), delivery="msg_1")


def settings(name: str, url: str) -> Settings:
    service = replace(SERVICES[name], url=url)
    return Settings(services={name: service}, environment={service.token_env[0]: TOKEN})


@asynccontextmanager
async def actions(fake: FakeGitHub) -> AsyncIterator[tuple[GitHubActions, FakeService]]:
    with serve(fake.answer) as service:
        async with github.open_client("acme/widgets", settings("github", service.url)) as (client, _):
            yield GitHubActions(client), service
        assert_official(service)


async def test_a_workflow_of_github_is_started_and_tells_its_run() -> None:
    fake = FakeGitHub(token=TOKEN)
    async with actions(fake) as (ci, _):
        started = await ci.trigger(WORKFLOW)
        event = await ci.trigger(replace(WORKFLOW, kind="event", name="deploy"))
        with pytest.raises(UserError, match="cannot start a pipeline"):
            await ci.trigger(replace(WORKFLOW, kind="pipeline"))
        with pytest.raises(UserError, match="cannot start"):
            await ci.trigger(replace(WORKFLOW, inputs=tuple((f"i{n}", "x") for n in range(26))))
    assert (started.reference, started.url) == ("1", "https://github.example/runs/1")
    assert event.reference == ""
    assert fake.dispatched == [
        {"ref": "journeyman/r1", "inputs": {"commit": COMMIT}, "return_run_details": True},
        {"event_type": "deploy", "client_payload": {"ref": "journeyman/r1", "commit": COMMIT}},
    ]


async def test_what_github_says_of_a_commit() -> None:
    fake = FakeGitHub(token=TOKEN)
    async with actions(fake) as (ci, _):
        assert (await ci.report(COMMIT)).state is CiState.NONE
        fake.checks = [{"id": 5, "name": "test", "status": "in_progress", "conclusion": None, "html_url": "u"}]
        assert (await ci.report(COMMIT)).state is CiState.RUNNING
        fake.checks[0].update(status="completed", conclusion="success")
        assert (await ci.report(COMMIT)).state is CiState.PASSED
        fake.statuses = [{"context": "jenkins", "state": "failure", "description": "2 failed"}]
        report = await ci.report(COMMIT)
        assert (report.state, [job.name for job in report.failed]) == (CiState.FAILED, ["jenkins"])
        assert await ci.output(report.failed[0]) == "2 failed"
        fake.logs[5] = "boom\n"
        assert await ci.output(next(job for job in report.jobs if job.name == "test")) == "boom\n"


async def test_a_log_that_lies_elsewhere_is_fetched_without_the_token() -> None:
    with serve(lambda _asked: Reply(body=b"the log", headers={"content-type": "text/plain"})) as store:
        fake = FakeGitHub(token=TOKEN)
        fake.refusals["GET /actions/jobs/5/logs"] = Reply(status=302, headers={"location": f"{store.url}/blob"})
        async with actions(fake) as (ci, _):
            with pytest.raises(AdapterError, match="not safe to ask"):
                await ci.github.client.text("/repos/acme/widgets/actions/jobs/5/logs")
    assert store.asked == []


async def test_pipelines_of_gitlab_are_started_as_python_gitlab_does_and_heard() -> None:
    jobs = [
        {"id": 8, "name": "unit", "status": "failed", "web_url": "u"},
        {"id": 9, "name": "deploy", "status": "manual", "web_url": "v"},
    ]

    def answer(asked: Asked) -> Reply:
        if asked.path.endswith("/trace"):
            return Reply(body=b"AssertionError", headers={"content-type": "text/plain"})
        if asked.path.endswith("/jobs"):
            return Reply(body=jobs)
        return Reply(body=[{"id": 3}] if asked.method == "GET" else {"id": 3, "web_url": "https://gitlab.example/3"})

    trigger = Trigger(kind="pipeline", name="", ref="journeyman/r1", inputs=(("A", "b"),))
    with serve(answer) as theirs:
        project = gitlab.Gitlab(theirs.url, private_token=TOKEN).projects.get("acme/widgets", lazy=True)
        project.pipelines.create({"ref": "journeyman/r1", "variables": [{"key": "A", "value": "b"}]})
    with serve(answer) as service:
        async with own_gitlab.open_client("acme/widgets", settings("gitlab", service.url)) as (client, _):
            ci = GitLabPipelines(client)
            started = await ci.trigger(trigger)
            assert sent(service) == sent(theirs)
            report = await ci.report(COMMIT)
            assert await ci.output(report.failed[0]) == "AssertionError"
            with pytest.raises(UserError, match="cannot start a workflow"):
                await ci.trigger(WORKFLOW)
    assert (started.reference, report.state) == ("3", CiState.FAILED)
    assert [job.name for job in report.jobs] == ["unit"]


async def test_gitea_s_statuses_and_its_dispatch() -> None:
    statuses: list[dict[str, str]] = []

    def answer(asked: Asked) -> Reply:
        return Reply(body={"statuses": statuses}) if asked.method == "GET" else Reply(status=204)

    with serve(answer) as service:
        async with gitea.open_client("acme/widgets", settings("gitea", service.url)) as (client, _):
            ci = GiteaActions(client)
            assert (await ci.report(COMMIT)).state is CiState.NONE
            statuses.append({"context": "test", "status": "pending", "description": "d"})
            assert (await ci.report(COMMIT)).state is CiState.RUNNING
            await ci.trigger(WORKFLOW)
    assert service.asked[-1].body == {"ref": "journeyman/r1", "inputs": {"commit": COMMIT}}
    assert service.asked[-1].path.endswith("/actions/workflows/ci.yml/dispatches")


async def test_any_address_is_told_by_a_webhook_that_the_reference_library_believes() -> None:
    with serve(lambda _asked: Reply(status=202)) as service:
        trigger = replace(WORKFLOW, kind="endpoint", name=f"{service.url}/hook")
        started = await send(trigger, secret=SECRET, now_s=time.time)
        (asked,) = service.asked
    import json

    body = json.dumps(asked.body, sort_keys=True)
    assert Webhook(SECRET).verify(body, dict(asked.headers))["data"]["ref"] == "journeyman/r1"
    assert started.reference == asked.headers["webhook-id"] == "msg_1"


@pytest.mark.parametrize(
    ("url", "secret", "words"),
    [
        ("http://forge.example/hook", SECRET, "no address for a webhook"),
        ("file:///etc/passwd", SECRET, "no address for a webhook"),
        ("https://forge.example/hook", "", "no secret"),
        ("https://forge.example/hook", "plain", "secret is not base64"),
    ],
)
async def test_what_cannot_be_told_safely_is_not_sent(url: str, secret: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        await send(replace(WORKFLOW, kind="endpoint", name=url), secret=secret)


@pytest.mark.parametrize(("status", "error"), [(401, UserError), (302, UserError), (429, AdapterError), (503, AdapterError)])  # fmt: skip
async def test_an_endpoint_that_refuses_is_clear(status: int, error: type[Exception]) -> None:
    with serve(lambda _asked: Reply(status=status)) as service:
        with pytest.raises(error):
            await send(replace(WORKFLOW, kind="endpoint", name=service.url), secret=SECRET)
        assert len(service.asked) == 1
