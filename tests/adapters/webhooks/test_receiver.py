"""Inbound deliveries: what is signed and ours is in the run's log once, and a stranger changes nothing."""

import hashlib
import hmac
import json
from http import HTTPStatus

import pytest

from journeyman.adapters.webhooks.receiver import Receiver
from journeyman.domain.delivery_events import MergeSeen, WebhookReceived
from journeyman.testing.events import MemoryLog

RUN = "20261122-153012-abcdefg"
SECRET = "shared"
FIRST = MergeSeen(place="", number=1, merged_by="", by_person=True, commit="")


def delivery(branch: str = f"journeyman/{RUN}", number: str = "d-1") -> tuple[dict[str, str], bytes]:
    body = json.dumps({"action": "completed", "workflow_run": {"head_branch": branch}}).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {
        "X-Hub-Signature-256": f"sha256={signature}",
        "X-GitHub-Event": "workflow_run",
        "X-GitHub-Delivery": number,
    }, body


@pytest.fixture
async def receiver() -> Receiver:
    log = MemoryLog()
    await log.append(RUN, FIRST, key="0")
    return Receiver(log=log, secret_of=lambda sender: SECRET if sender == "github" else "", now_s=lambda: 0.0)


async def test_a_delivery_is_written_down_once_with_its_body(receiver: Receiver) -> None:
    headers, body = delivery()
    assert await receiver.hear("github", headers, body) == (HTTPStatus.OK, "heard")
    assert await receiver.hear("github", headers, body) == (HTTPStatus.OK, "heard before")
    again, _ = delivery(number="d-2")
    assert await receiver.hear("github", again, body) == (HTTPStatus.OK, "heard")
    events = [record.event for record in await receiver.log.records(RUN)][1:]
    assert [event.delivery for event in events if isinstance(event, WebhookReceived)] == ["d-1", "d-2"]
    first = events[0]
    assert isinstance(first, WebhookReceived)
    assert (first.name, first.action) == ("workflow_run", "completed")
    assert await receiver.log.body(first.body) == body


@pytest.mark.parametrize("branch", ["main", "journeyman/", "journeyman/../x", "journeyman/20200101-000000-unknown"])
async def test_what_is_about_no_run_of_ours_is_taken_and_dropped(branch: str, receiver: Receiver) -> None:
    headers, body = delivery(branch)
    status, _ = await receiver.hear("github", headers, body)
    assert status is HTTPStatus.ACCEPTED
    assert await receiver.log.runs() == (RUN,)
    assert len(await receiver.log.records(RUN)) == 1


async def test_a_stranger_is_refused_and_leaves_nothing(receiver: Receiver) -> None:
    headers, body = delivery()
    wrong = {**headers, "X-Hub-Signature-256": "sha256=not hex ü"}
    assert (await receiver.hear("github", wrong, body))[0] is HTTPStatus.UNAUTHORIZED
    assert (await receiver.hear("github", {}, body))[0] is HTTPStatus.UNAUTHORIZED
    assert (await receiver.hear("gitea", headers, body))[0] is HTTPStatus.UNAUTHORIZED
    assert (await receiver.hear("slack", headers, body))[0] is HTTPStatus.BAD_REQUEST
    assert len(await receiver.log.records(RUN)) == 1
