"""Standard Webhooks (standardwebhooks.com, symmetric scheme v1): signing and checking.

webhook-id          names the delivery, the same when it is sent again
webhook-timestamp   seconds since 1970; more than five minutes off is refused
webhook-signature   `v1,` and the base64 HMAC-SHA-256 of `id.timestamp.body`; several may stand there
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from journeyman.domain.errors import UserError

TOLERANCE_S = 300
_PREFIX = "whsec_"


class UnsignedError(UserError):
    """A delivery that cannot be shown to come from whoever it says."""


def sign(secret: str, *, delivery: str, at_s: int, body: bytes) -> dict[str, str]:
    """Return the three headers of a delivery.

    Raises:
        UserError: the secret is none.
    """
    signature = base64.b64encode(_mac(secret, delivery, str(at_s), body)).decode()
    return {"webhook-id": delivery, "webhook-timestamp": str(at_s), "webhook-signature": f"v1,{signature}"}


def check(secret: str, headers: Mapping[str, str], body: bytes, *, now_s: float) -> str:
    """Return the id of a delivery whose signature is good; header names are in lower case.

    Raises:
        UnsignedError: it is not, or too old, or from the future.
        UserError: the secret is none.
    """
    delivery, at, given = (headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not delivery or not at.isascii() or not at.isdigit() or len(at) > 12:
        raise UnsignedError("the delivery has no id or no time")
    if abs(now_s - int(at)) > TOLERANCE_S:
        raise UnsignedError("the delivery is too old, or a clock is wrong")
    wanted = _mac(secret, delivery, at, body)
    if not any(hmac.compare_digest(wanted, _decoded(item)) for item in given.split(" ")[:20]):
        raise UnsignedError("the signature is not that of this delivery")
    return delivery


def _mac(secret: str, delivery: str, at: str, body: bytes) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except ValueError:
        key = b""
    if not key:
        raise UserError("the webhook secret is not base64", remedy="It reads whsec_ and then base64.")
    return hmac.new(key, f"{delivery}.{at}.".encode("utf-8", "surrogateescape") + body, hashlib.sha256).digest()


def _decoded(item: str) -> bytes:
    """Return the bytes of one `v1,base64`; nothing for whatever else stands there."""
    version, _, text = item.partition(",")
    try:
        return base64.b64decode(text, validate=True) if version == "v1" else b""
    except (binascii.Error, ValueError):
        return b""
