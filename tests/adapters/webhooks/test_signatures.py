"""Webhooks: who is believed, who is not, and that nothing a stranger sends is worse than refused."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from journeyman.adapters.webhooks.signatures import verify
from journeyman.adapters.webhooks.standard import UnsignedError, check, sign
from journeyman.domain.digest import digest_bytes
from journeyman.domain.errors import UserError

SECRET = "whsec_" + base64.b64encode(b"0" * 24).decode()
BODY = b'{"type":"pipeline.finished","n":1}'
NOW_S = 1_800_000_000
PLAIN = "It's a Secret to Everybody"


def hexed(secret: str = PLAIN, body: bytes = b"Hello, World!") -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_github_s_published_vector() -> None:
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    headers = {"X-Hub-Signature-256": signature, "X-GitHub-Event": "push", "X-GitHub-Delivery": "72d3162e"}
    signed = verify("github", headers, b"Hello, World!", secret=PLAIN, now_s=NOW_S)
    assert (signed.sender, signed.delivery, signed.name) == ("github", "72d3162e", "push")


@pytest.mark.parametrize(
    ("sender", "headers", "delivery", "name"),
    [
        ("gitea", {"X-Gitea-Signature": hexed(), "X-Gitea-Delivery": "a", "X-Gitea-Event": "push"}, "a", "push"),
        ("gitea", {"X-Forgejo-Signature": hexed(), "X-Forgejo-Delivery": "b", "X-Forgejo-Event": "push"}, "b", "push"),
        ("jira", {"X-Hub-Signature": f"sha256={hexed()}", "X-Atlassian-Webhook-Identifier": "c"}, "c", ""),
        ("gitlab", {"X-Gitlab-Token": PLAIN, "X-Gitlab-Event": "Push Hook", "Idempotency-Key": "d"}, "d", "Push Hook"),
        ("gitlab", {"X-Gitlab-Token": PLAIN, "X-Gitlab-Event-UUID": "e"}, "e", ""),
        ("gitlab", {"X-Gitlab-Token": PLAIN}, digest_bytes(b"Hello, World!"), ""),
    ],
)
def test_each_sender_is_believed_by_its_own_proof(
    sender: str, headers: dict[str, str], delivery: str, name: str
) -> None:
    signed = verify(sender, headers, b"Hello, World!", secret=PLAIN, now_s=NOW_S)
    assert (signed.delivery, signed.name) == (delivery, name)


def untouched(headers: dict[str, str]) -> dict[str, str]:
    return headers


def missing(_headers: dict[str, str]) -> dict[str, str]:
    return {}


def wrong(headers: dict[str, str]) -> dict[str, str]:
    return {name: value[:-1] + ("0" if value[-1] != "0" else "1") for name, value in headers.items()}


def not_text(headers: dict[str, str]) -> dict[str, str]:
    return dict.fromkeys(headers, "sha256=ü\udcff€")


GOOD = {
    "github": {"X-Hub-Signature-256": f"sha256={hexed()}"},
    "gitea": {"X-Gitea-Signature": hexed()},
    "jira": {"X-Hub-Signature": f"sha256={hexed()}"},
    "gitlab": {"X-Gitlab-Token": PLAIN},
}


@pytest.mark.parametrize("spoil", [missing, wrong, not_text])
@pytest.mark.parametrize("sender", GOOD)
def test_anything_else_is_not(sender: str, spoil: Callable[[dict[str, str]], dict[str, str]]) -> None:
    verify(sender, GOOD[sender], b"Hello, World!", secret=PLAIN, now_s=NOW_S)
    with pytest.raises(UnsignedError):
        verify(sender, spoil(GOOD[sender]), b"Hello, World!", secret=PLAIN, now_s=NOW_S)
    with pytest.raises(UnsignedError):
        verify(sender, GOOD[sender], b"Hello, World!", secret="", now_s=NOW_S)
    if sender != "gitlab":
        with pytest.raises(UnsignedError):
            verify(sender, GOOD[sender], b"Hello, World?", secret=PLAIN, now_s=NOW_S)


def test_an_unknown_sender_is_named() -> None:
    with pytest.raises(UserError, match="unknown sender `slack`"):
        verify("slack", {}, b"", secret="x", now_s=NOW_S)


def test_ours_is_what_the_reference_library_signs() -> None:
    library = Webhook(SECRET)
    at = datetime.fromtimestamp(NOW_S, tz=UTC)
    headers = sign(SECRET, delivery="msg_1", at_s=NOW_S, body=BODY)
    assert headers["webhook-signature"] == library.sign("msg_1", at, BODY.decode())


def test_the_reference_library_believes_ours_and_we_believe_it() -> None:
    now_s = int(datetime.now(UTC).timestamp())
    assert Webhook(SECRET).verify(BODY, sign(SECRET, delivery="m", at_s=now_s, body=BODY)) == {
        "type": "pipeline.finished",
        "n": 1,
    }
    theirs = Webhook(SECRET).sign("m", datetime.fromtimestamp(now_s, tz=UTC), BODY.decode())
    headers = {"webhook-id": "m", "webhook-timestamp": str(now_s), "webhook-signature": f"v1,Ym9ndXM= {theirs}"}
    assert check(SECRET, headers, BODY, now_s=now_s) == "m"
    assert verify("standard", headers, BODY, secret=SECRET, now_s=now_s).delivery == "m"
    assert verify("gitlab", headers, BODY, secret=SECRET, now_s=now_s).delivery == "m"


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-signature": "v1,this is no base64!"},
        {"webhook-signature": "v1,ü"},
        {"webhook-signature": ""},
        {"webhook-signature": "v2,AAAA"},
        {"webhook-signature": "v1,"},
        {"webhook-id": ""},
        {"webhook-id": "other"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "٣"},
        {"webhook-timestamp": "9" * 400},
        {"webhook-timestamp": str(NOW_S - 301)},
        {"webhook-timestamp": str(NOW_S + 301)},
    ],
)
def test_a_bad_standard_delivery_is_refused_and_nothing_else(changed: dict[str, str]) -> None:
    headers = sign(SECRET, delivery="m", at_s=NOW_S, body=BODY) | changed
    with pytest.raises(UnsignedError):
        check(SECRET, headers, BODY, now_s=NOW_S)


@given(
    headers=st.dictionaries(
        st.sampled_from(
            ["webhook-id", "webhook-timestamp", "webhook-signature", "x-hub-signature-256", "x-gitlab-token"]
        ),
        st.text(max_size=60) | st.just("v1,"),
    ),
    body=st.binary(max_size=40),
    sender=st.sampled_from(["github", "gitlab", "gitea", "jira", "standard"]),
)
def test_whatever_a_stranger_sends_is_refused(headers: dict[str, str], body: bytes, sender: str) -> None:
    with pytest.raises(UnsignedError):
        verify(sender, headers, body, secret=SECRET, now_s=NOW_S)


@pytest.mark.parametrize("secret", ["whsec_", "whsec_not base64!", "plain words"])
def test_a_secret_that_is_none_is_said(secret: str) -> None:
    with pytest.raises(UserError, match="secret"):
        sign(secret, delivery="m", at_s=NOW_S, body=BODY)
