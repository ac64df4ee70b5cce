"""What becomes of an inbound webhook: believed or not, ours or not, and written down once."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from journeyman.adapters.webhooks.payloads import parse
from journeyman.adapters.webhooks.signatures import verify
from journeyman.adapters.webhooks.standard import UnsignedError
from journeyman.domain.delivery_events import WebhookReceived
from journeyman.domain.digest import digest_bytes
from journeyman.domain.errors import UserError
from journeyman.domain.records import of_kind
from journeyman.ports.events import EventLog, Step

_BRANCH = re.compile(r"journeyman/(?P<run>[0-9a-z][0-9a-z-]{0,63})")


@dataclass(slots=True, kw_only=True)
class Receiver:
    """Takes deliveries for the runs of one log."""

    log: EventLog
    secret_of: Callable[[str], str]
    """Sender -> the secret shared with it; empty accepts nothing from there."""
    now_s: Callable[[], float]
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def hear(self, sender: str, headers: Mapping[str, str], body: bytes) -> tuple[HTTPStatus, str]:
        """Return the answer to one delivery; what is signed and about a run of ours is in its log by then."""
        try:
            signed = verify(sender, headers, body, secret=self.secret_of(sender), now_s=self.now_s())
            heard = parse(signed.name, body)
        except UnsignedError as error:
            return HTTPStatus.UNAUTHORIZED, error.problem
        except UserError as error:
            return HTTPStatus.BAD_REQUEST, error.problem
        found = _BRANCH.fullmatch(heard.branch)
        if found is None:
            return HTTPStatus.ACCEPTED, "about no run"
        async with self.turn:
            records = await self.log.records(found["run"])
            if not records:
                return HTTPStatus.ACCEPTED, "about no run of this log"
            known = of_kind(records, WebhookReceived)
            if any((event.sender, event.delivery) == (sender, signed.delivery) for _, event in known):
                return HTTPStatus.OK, "heard before"
            sink = self.log.run(found["run"])
            event = WebhookReceived(
                sender=sender,
                delivery=signed.delivery,
                name=heard.name[:200],
                action=heard.action[:200],
                body=await sink.keep(body),
            )
            # The key names the delivery, so that two processes write it once.
            await Step(sink, f"webhooks/{sender}/{digest_bytes(signed.delivery.encode())[:16]}").append(event)
        return HTTPStatus.OK, "heard"
