"""The client of forges and trackers: patient where that is safe, clear where it is not, silent about its token."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from journeyman.adapters.http import Answer, Patience, RefusedError, ServiceClient, open_service
from journeyman.adapters.http.answer import asked_pause_s, said_by
from journeyman.domain.errors import AdapterError, UserError
from journeyman.domain.service import SERVICES
from journeyman.settings import Settings
from journeyman.testing.services import Asked, FakeService, Reply, serve

TOKEN = "t0k3n-that-nobody-may-see"


@contextmanager
def replies(*answers: Reply) -> Iterator[FakeService]:
    left = list(answers)
    with serve(lambda _asked: left.pop(0) if len(left) > 1 else left[0]) as service:
        yield service


@asynccontextmanager
async def client(url: str, *, name: str = "github", slept: list[float] | None = None) -> AsyncIterator[ServiceClient]:
    async def sleep(pause_s: float) -> None:
        (slept if slept is not None else []).append(pause_s)

    service = replace(SERVICES[name], url=url)
    settings = Settings(environment={service.token_env[0]: TOKEN})
    async with open_service(service, settings, patience=Patience(sleep=sleep)) as opened:
        yield opened


async def test_a_limit_is_waited_out_as_the_service_asks() -> None:
    slept: list[float] = []
    with replies(Reply(status=429, headers={"retry-after": "7"}), Reply(body={"ok": True})) as service:
        async with client(service.url, slept=slept) as github:
            assert (await github.ask("POST", "/x", body={"a": 1})).body == {"ok": True}
    assert slept == [7.0]
    assert [asked.body for asked in service.asked] == [{"a": 1}, {"a": 1}]


async def test_a_post_that_may_have_been_carried_out_is_never_sent_twice() -> None:
    with replies(Reply(status=502)) as service:
        async with client(service.url) as github:
            with pytest.raises(AdapterError) as failed:
                await github.ask("POST", "/x", body={})
    assert failed.value.retryable
    assert len(service.asked) == 1


async def test_a_get_is_repeated_until_it_is_no_use() -> None:
    slept: list[float] = []
    with replies(Reply(status=500)) as service:
        async with client(service.url, slept=slept) as github:
            with pytest.raises(AdapterError, match="GitHub answered 500 for /x"):
                await github.ask("GET", "/x")
    assert len(service.asked) == 4
    assert slept == sorted(slept)


async def test_a_service_that_asks_for_an_hour_is_not_waited_for() -> None:
    with replies(Reply(status=429, headers={"retry-after": "3600"})) as service:
        async with client(service.url) as github:
            with pytest.raises(AdapterError, match="asks to wait 3600 s") as failed:
                await github.ask("GET", "/x")
    assert failed.value.retryable
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "GitHub refuses the token: no\nPut a valid one into GH_TOKEN or GITHUB_TOKEN"),
        (403, "GitHub forbids /x"),
        (404, "GitHub does not know /x"),
        (409, "GitHub has a conflict about /x"),
        (410, "/x is gone from GitHub"),
        (422, "GitHub refuses what was sent for /x: no"),
    ],
)
async def test_each_refusal_says_who_must_act(status: int, words: str) -> None:
    with replies(Reply(status=status, body={"message": "no"})) as service:
        async with client(service.url) as github:
            with pytest.raises(RefusedError) as refused:
                await github.ask("GET", "/x")
    assert words in str(refused.value)
    assert refused.value.status == status
    assert len(service.asked) == 1


async def test_a_token_that_is_echoed_is_struck_out() -> None:
    with replies(Reply(status=422, body={"message": f"bad header {TOKEN}"})) as service:
        async with client(service.url) as github:
            with pytest.raises(RefusedError) as refused:
                await github.ask("GET", "/x")
    assert TOKEN not in str(refused.value)
    assert TOKEN not in repr(refused.value)
    assert "***" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "header", "value"),
    [
        ("github", "authorization", f"Bearer {TOKEN}"),
        ("gitlab", "private-token", TOKEN),
        ("gitea", "authorization", f"token {TOKEN}"),
        ("jira", "authorization", f"Bearer {TOKEN}"),
    ],
)
async def test_each_service_is_told_who_asks_in_its_own_way(name: str, header: str, value: str) -> None:
    with replies(Reply(body=[])) as service:
        async with client(service.url, name=name) as opened:
            await opened.ask("GET", "/x")
    assert service.asked[0].headers[header] == value


async def test_a_listing_is_read_to_its_end() -> None:
    def answer(asked: Asked) -> Reply:
        if asked.query == "page=2":
            return Reply(body=[3])
        return Reply(
            body=[1, 2], headers={"link": f'<{service.url}/x?page=2>; rel="next", <{service.url}/x>; rel="last"'}
        )

    with serve(answer) as service:
        async with client(service.url) as github:
            assert await github.listing("/x", query={"per_page": "2"}) == (1, 2, 3)
            assert await github.listing("/x", most=2) == (1, 2)


@pytest.mark.parametrize("kind", ["link", "location"])
async def test_a_token_is_never_sent_to_another_origin(kind: str) -> None:
    with replies(Reply(body=[])) as other:
        header = {"link": f'<{other.url}/y>; rel="next"'} if kind == "link" else {"location": f"{other.url}/y"}
        with replies(Reply(status=200 if kind == "link" else 302, body=[1], headers=header)) as service:
            async with client(service.url) as github:
                with pytest.raises(AdapterError, match="must not go"):
                    await github.listing("/x")
    assert other.asked == []


async def test_a_renamed_repository_is_followed() -> None:
    moved = Reply(status=301, headers={"location": "/repositories/7"})
    with replies(moved, Reply(body={"id": 7})) as service:
        async with client(service.url) as github:
            assert (await github.ask("GET", "/repos/a/b")).body == {"id": 7}


async def test_nobody_there_is_said_plainly() -> None:
    async with client("http://127.0.0.1:9") as github:
        with pytest.raises(AdapterError, match="does not answer") as failed:
            await github.ask("POST", "/x", body={})
    assert failed.value.retryable


async def test_a_token_is_not_sent_in_the_clear() -> None:
    with pytest.raises(UserError, match="in the clear"):
        async with open_service(replace(SERVICES["github"], url="http://forge.example"), Settings()):
            pass


async def test_a_service_without_an_address_says_how_to_give_one() -> None:
    with pytest.raises(UserError, match="JIRA_URL"):
        async with open_service(SERVICES["jira"], Settings()):
            pass


async def test_a_credential_command_prints_the_token_once() -> None:
    command = (sys.executable, "-c", f"print({TOKEN!r})")
    with replies(Reply(body={})) as server:
        service = replace(SERVICES["github"], url=server.url, token_command=command)
        async with open_service(service, Settings(environment={"PATH": "/usr/bin:/bin"})) as github:
            await github.ask("GET", "/x")
    assert server.asked[0].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "code", ["raise SystemExit('secret')", "print()", "print('two words')"], ids=["fails", "nothing", "not a token"]
)
async def test_a_credential_command_that_prints_no_token(code: str) -> None:
    service = replace(SERVICES["github"], url="http://127.0.0.1:9", token_command=(sys.executable, "-c", code))
    async with open_service(service, Settings()) as github:
        with pytest.raises(UserError, match="printed no token") as failed:
            await github.ask("GET", "/x")
    assert "secret" not in str(failed.value)


@pytest.mark.parametrize(
    ("headers", "pause_s"),
    [
        ({"retry-after": "Tue, 24 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "soon"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795521660"}, 60.0),
        ({}, None),
    ],
)
def test_when_a_service_wants_to_be_asked_again(headers: dict[str, str], pause_s: float | None) -> None:
    now = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
    assert asked_pause_s(Answer(status=403, body=None, headers=headers), now=now) == pause_s


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            {"message": "Validation Failed", "errors": [{"field": "title", "code": "missing"}]},
            "Validation Failed; field: title code: missing",
        ),
        ({"errorMessages": ["Issue Does Not Exist"], "errors": {}}, "Issue Does Not Exist"),
        ({"message": {"base": ["is taken"]}}, "base: is taken"),
        ("<html>503</html>", ""),
        (None, ""),
    ],
)
def test_a_service_s_own_words_are_found(body: object, words: str) -> None:
    assert said_by(body) == words
