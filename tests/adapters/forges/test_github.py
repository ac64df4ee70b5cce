"""Delivery to GitHub: a real push with a token, requests as GitHub's own document wants them, once."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.adapters.forges.conftest import RUN, TOKEN, WISHES, Scene
from tests.adapters.forges.openapi import GITHUB, violations
from tests.repository.conftest import Person

from journeyman.adapters.forges.github_app import app_assertion
from journeyman.domain.errors import AdapterError, UserError
from journeyman.testing.github import FakeGitHub
from journeyman.testing.services import Asked, Reply

BRANCH = f"journeyman/{RUN}"


async def test_a_change_becomes_a_draft_pull_request(scene: Scene, github: FakeGitHub) -> None:
    delivery = await scene.deliver()
    assert scene.branches()[BRANCH] == delivery.commit
    (pull,) = github.pulls
    assert (pull["draft"], pull["title"], pull["body"]) == (True, "Answer 43", scene.change.body)
    assert (delivery.pull_request, delivery.number) == (pull["html_url"], 1)
    assert github.labels == {"1": ["journeyman"]}
    assert github.reviewers == [["ada"], ["core"]]
    assert len(github.comments) == 1


async def test_delivering_again_changes_nothing(scene: Scene, github: FakeGitHub) -> None:
    first = await scene.deliver()
    branches, pulls, comments = scene.branches(), list(github.pulls), list(github.comments)
    assert await scene.deliver() == replace(first, already_there=True)
    assert (scene.branches(), github.pulls, github.comments) == (branches, pulls, comments)


async def test_whoever_cannot_be_asked_is_a_note(scene: Scene, github: FakeGitHub) -> None:
    delivery = await scene.deliver(replace(WISHES, reviewers=("nobody", "ada")))
    assert github.reviewers == [["ada"]]
    assert len(delivery.notes) == 1
    assert "nobody" in delivery.notes[0]


async def test_a_plan_without_drafts_gets_an_ordinary_pull_request(scene: Scene, github: FakeGitHub) -> None:
    plain = github.answer
    said = {"message": "Draft pull requests are not supported in this repository."}

    def answer(asked: Asked) -> Reply:
        draft = isinstance(asked.body, dict) and asked.body.get("draft")
        return Reply(status=422, body=said) if asked.path.endswith("/pulls") and draft else plain(asked)

    from journeyman.testing.services import serve

    with serve(answer) as service:
        scene.url = service.url
        await scene.deliver()
    assert [pull["draft"] for pull in github.pulls] == [False]


async def test_a_listing_that_lags_does_not_make_a_second_one(scene: Scene, github: FakeGitHub) -> None:
    """GitHub's listings are behind its writes: the refusal of a second one is what tells."""
    first = await scene.deliver()
    plain, hidden = github.answer, [2]

    def answer(asked: Asked) -> Reply:
        if asked.method == "GET" and asked.path.endswith("/pulls") and hidden[0]:
            hidden[0] -= 1
            return Reply(body=[])
        return plain(asked)

    from journeyman.testing.services import serve

    with serve(answer) as service:
        scene.url = service.url
        assert (await scene.deliver()).pull_request == first.pull_request
    assert len(github.pulls) == 1


async def test_the_target_moved_but_holds_the_base(scene: Scene, github: FakeGitHub, tmp_path: Path) -> None:
    other = Person(tmp_path / "other")
    other.git("pull", "-q", str(scene.person.root), "main")
    other.write("new.txt", "meanwhile")
    moved = other.commit("meanwhile")
    other.git("push", "-q", str(scene.git.root / "acme/widgets.git"), "HEAD:main")
    await scene.deliver()
    assert f"moved on since, to `{moved}`" in str(github.comments[0]["body"])


async def test_commits_that_nobody_asked_to_publish_stay_here(scene: Scene, github: FakeGitHub) -> None:
    scene.person.write("secret.txt", "not yet")
    base = scene.person.commit("unpushed")
    scene.change = replace(scene.change, base=base)
    with pytest.raises(UserError, match="does not hold the base commit"):
        await scene.deliver()
    assert set(scene.branches()) == {"main"}
    assert github.pulls == []


def closed(pull: dict[str, object]) -> None:
    pull["state"] = "closed"


def merged(pull: dict[str, object]) -> None:
    pull.update(state="closed", merged=True, merged_at="2026-01-01T00:00:00Z")


async def test_a_closed_pull_request_is_not_opened_again(scene: Scene, github: FakeGitHub) -> None:
    await scene.deliver()
    closed(github.pulls[0])
    with pytest.raises(UserError, match="was closed by somebody"):
        await scene.deliver()
    assert len(github.pulls) == 1


async def test_a_merged_one_whose_branch_is_gone_is_done(scene: Scene, github: FakeGitHub) -> None:
    await scene.deliver()
    merged(github.pulls[0])
    scene.git.git("acme/widgets.git", "branch", "-D", BRANCH)
    assert (await scene.deliver()).already_there
    assert set(scene.branches()) == {"main"}


async def test_an_archived_repository_takes_nothing(scene: Scene, github: FakeGitHub) -> None:
    github.archived = True
    with pytest.raises(UserError, match="is archived"):
        await scene.deliver()
    assert set(scene.branches()) == {"main"}


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (401, UserError, "refuses the token"),
        (403, UserError, "forbids"),
        (404, UserError, "does not know"),
        (409, UserError, "has a conflict"),
        (422, UserError, "refuses what was sent"),
        (429, AdapterError, "asks to wait 3600 s"),
    ],
)
@pytest.mark.parametrize("route", ["GET ", "POST /pulls"])
async def test_a_refusal_is_clear_and_delivering_again_goes_on(
    route: str, status: int, error: type[Exception], words: str, scene: Scene, github: FakeGitHub
) -> None:
    github.refusals[route] = Reply(status=status, body={"message": "no"}, headers={"retry-after": "3600"} if status == 429 else {})  # fmt: skip
    with pytest.raises(error, match=words) as refused:
        await scene.deliver()
    assert TOKEN not in str(refused.value)
    assert github.pulls == github.comments == []
    assert set(scene.branches()) == ({"main"} if route == "GET " else {"main", BRANCH})
    github.refusals.clear()
    await scene.deliver()
    assert len(github.pulls) == len(github.comments) == 1


async def test_a_fork_s_branch_of_the_same_name_is_not_ours(scene: Scene, github: FakeGitHub) -> None:
    await scene.deliver()
    github.pulls.append(
        {**github.pulls[0], "number": 9, "head": {"ref": BRANCH, "sha": "f" * 40, "repo": {"full_name": "eve/widgets"}}}
    )
    assert (await scene.deliver()).number == 1


@pytest.mark.parametrize("rest", ["", "acme", "acme/a/b", "../x/y", "acme/..", "a b/c", "acme/wid gets", "acme/%2e%2e"])
async def test_what_is_no_repository_is_refused(rest: str, scene: Scene) -> None:
    scene.url = "http://127.0.0.1:9"
    with pytest.raises(UserError, match="is no repository"):
        await scene.deliver(rest=rest)


def key_file(folder: Path) -> Path:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "app.pem"
    path.write_bytes(pem)
    return path


async def test_an_app_s_token_is_minted_for_one_repository_after_everything_else(
    scene: Scene, github: FakeGitHub, tmp_path: Path
) -> None:
    await scene.deliver(app_id="12345", app_key_file=str(key_file(tmp_path)))
    assert len(github.pulls) == 1


def test_an_assertion_is_short_lived_and_says_who(tmp_path: Path) -> None:
    import jwt

    said = jwt.decode(
        app_assertion("12345", key_file(tmp_path), 1_000_000), options={"verify_signature": False, "verify_exp": False}
    )
    assert said == {"iss": "12345", "iat": 999_940, "exp": 1_000_540}


def nothing(path: Path) -> None:
    path.unlink(missing_ok=True)


def garbage(path: Path) -> None:
    path.write_text("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n")


@pytest.mark.parametrize("spoil", [nothing, garbage])
def test_a_bad_key_is_said_without_a_word_of_it(spoil: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "app.pem"
    spoil(path)
    with pytest.raises(UserError, match="app_key_file") as refused:
        app_assertion("1", path, 1)
    assert "c2VjcmV0" not in str(refused.value)


def test_the_document_tells_right_from_wrong() -> None:
    right = Asked(method="POST", path="/repos/a/b/pulls", body={"title": "t", "head": "h", "base": "m", "draft": True})
    assert violations(GITHUB, right) == []
    assert violations(GITHUB, replace(right, body={"title": 1, "head": "h", "base": "m"}))
    assert violations(GITHUB, replace(right, body={"title": "t", "head": "h"}))
    assert violations(GITHUB, replace(right, path="/repos/a/b/nope"))
    assert violations(GITHUB, replace(right, method="GET", query="heads=x"))
    assert json.loads(GITHUB.read_text())["x-provenance"].startswith("npm @octokit/openapi")
