"""Starts a pipeline at any HTTPS address with one signed POST, by the Standard Webhooks specification."""

import json
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from journeyman.adapters.webhooks.standard import sign
from journeyman.domain.ci import Trigger, Triggered
from journeyman.domain.errors import AdapterError, UserError

SECRET_ENV = "JOURNEYMAN_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_TIMEOUT_S = 15.0


async def send(trigger: Trigger, *, secret: str, now_s: Callable[[], float] = time.time) -> Triggered:
    """Post a trigger. The receiver knows a repeat by its `webhook-id`, which is the same each time.

    Raises:
        UserError: no secret, no safe address, or the receiver refuses it.
        AdapterError: it did not answer.
    """
    import httpx

    parts = urlsplit(trigger.name)
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in _LOOPBACK):
        raise UserError(f"{trigger.name} is no address for a webhook", remedy="Give an https:// address.")
    if not secret:
        raise UserError("webhooks are not signed: there is no secret", remedy=f"Put whsec_... into {SECRET_ENV}.")
    document = {
        "type": "journeyman.trigger",
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now_s())),
        "data": {"ref": trigger.ref, **dict(trigger.inputs)},
    }
    body = json.dumps(document, sort_keys=True).encode()
    headers = sign(secret, delivery=trigger.delivery, at_s=int(now_s()), body=body)
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT_S, follow_redirects=False) as client:
            answer = await client.post(
                trigger.name, content=body, headers={**headers, "content-type": "application/json"}
            )
    except httpx.HTTPError as error:
        raise AdapterError(f"{parts.hostname} does not answer: {type(error).__name__}", retryable=True) from None
    if answer.status_code >= 500 or answer.status_code == 429:
        raise AdapterError(f"{parts.hostname} answered {answer.status_code}", retryable=True)
    if answer.status_code >= 300:
        raise UserError(f"{parts.hostname} refuses the webhook ({answer.status_code})", remedy="Compare the secrets.")
    return Triggered(reference=trigger.delivery, url=trigger.name)
