"""Who sent a webhook: each sender's own proof, checked in constant time over the raw bytes."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from journeyman.adapters.webhooks.standard import UnsignedError, check
from journeyman.domain.digest import digest_bytes
from journeyman.domain.errors import UserError

_LONGEST_ID = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A delivery that comes from whom it says."""

    sender: str
    delivery: str
    """The sender's id of it, the same when it is sent again; the digest of the body where the sender gives none."""
    name: str
    """Which event, in the sender's words; empty where only the payload says."""


def verify(sender: str, headers: Mapping[str, str], body: bytes, *, secret: str, now_s: float) -> Signed:
    """Return who sent a delivery, under which id.

    Args:
        sender: `github`, `gitlab`, `gitea`, `jira` or `standard`.
        headers: names in any case.
        body: the raw bytes, before anything is parsed.
        secret: shared with the sender; an empty one accepts nothing.
        now_s: seconds since 1970.

    Raises:
        UnsignedError: it cannot be shown to come from there.
        UserError: an unknown sender, or a secret that cannot be one.
    """
    proof = _SENDERS.get(sender)
    if proof is None:
        raise UserError(f"unknown sender `{sender}`", remedy=f"Known: {', '.join(_SENDERS)}.")
    if not secret:
        raise UnsignedError(f"no secret is set for webhooks of {sender}")
    lower = {name.lower(): value for name, value in headers.items()}
    name, delivery = proof(lower, body, secret, now_s)
    plain = delivery[:_LONGEST_ID] if delivery.isprintable() and delivery else digest_bytes(body)
    return Signed(sender=sender, delivery=plain, name=name[:_LONGEST_ID])


_Proof = Callable[[Mapping[str, str], bytes, str, float], tuple[str, str]]


def _github(headers: Mapping[str, str], body: bytes, secret: str, _now_s: float) -> tuple[str, str]:
    _require(headers.get("x-hub-signature-256", ""), "sha256=", body, secret)
    return headers.get("x-github-event", ""), headers.get("x-github-delivery", "")


def _gitea(headers: Mapping[str, str], body: bytes, secret: str, _now_s: float) -> tuple[str, str]:
    dialect = "forgejo" if "x-forgejo-signature" in headers else "gitea"
    _require(headers.get(f"x-{dialect}-signature", ""), "", body, secret)
    return headers.get(f"x-{dialect}-event", ""), headers.get(f"x-{dialect}-delivery", "")


def _jira(headers: Mapping[str, str], body: bytes, secret: str, _now_s: float) -> tuple[str, str]:
    _require(headers.get("x-hub-signature", ""), "sha256=", body, secret)
    return "", headers.get("x-atlassian-webhook-identifier", "")


def _gitlab(headers: Mapping[str, str], body: bytes, secret: str, now_s: float) -> tuple[str, str]:
    name = headers.get("x-gitlab-event", "")
    if "webhook-signature" in headers:
        return name, check(secret, headers, body, now_s=now_s)
    given = headers.get("x-gitlab-token", "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(given, secret.encode()):
        raise UnsignedError("the token is not the one that GitLab was told")
    return name, headers.get("idempotency-key", "") or headers.get("x-gitlab-event-uuid", "")


def _standard(headers: Mapping[str, str], body: bytes, secret: str, now_s: float) -> tuple[str, str]:
    return "", check(secret, headers, body, now_s=now_s)


def _require(given: str, prefix: str, body: bytes, secret: str) -> None:
    wanted = prefix + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    # Compared as bytes: a header may hold anything, and comparing such text would raise.
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), wanted.encode()):
        raise UnsignedError("the signature is missing, or not that of this delivery")


_SENDERS: dict[str, _Proof] = {
    "github": _github,
    "gitlab": _gitlab,
    "gitea": _gitea,
    "jira": _jira,
    "standard": _standard,
}
