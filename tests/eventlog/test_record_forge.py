"""The recorder of a forge: intent is in the log before an effect, confirmation after it, once."""

from dataclasses import replace

import pytest

from journeyman.domain.change import Change
from journeyman.domain.delivery import Wishes
from journeyman.domain.delivery_events import EffectConfirmed, EffectIntended, ForgeSurveyed
from journeyman.domain.errors import AdapterError
from journeyman.eventlog.record_forge import RecordedForge
from journeyman.ports.events import Step
from journeyman.stages.deliver import deliver
from journeyman.testing.events import MemoryLog
from journeyman.testing.forges import MemoryForge
from journeyman.testing.repository import InMemoryRepository

RUN = "20261122-153012-abcdefg"
WISHES = Wishes(labels=("journeyman",), receipt=True)


async def change_of(repository: InMemoryRepository) -> Change:
    base = await repository.snapshot("")
    return Change(
        run=RUN, base=base.commit, target="main", tree=base.tree, branch="journeyman/x", title="Mend it",
        body=f"<!-- journeyman:run:{RUN} -->", message="Mend it\n",
    )  # fmt: skip


async def test_every_effect_is_intended_before_and_confirmed_after_it() -> None:
    log, repository = MemoryLog(), InMemoryRepository.of({"a": "1"})
    change = await change_of(repository)
    inner = MemoryForge(branches={"main": change.base})
    forge = RecordedForge(inner, Step(log.run(RUN), "deliver"))
    for _ in range(2):
        await deliver(change, forge=forge, repository=repository, wishes=WISHES)
    events = [record.event for record in await log.records(RUN)]
    assert isinstance(events[0], ForgeSurveyed)
    effects = [
        (event.kind.removeprefix("effect-"), event.effect)
        for event in events
        if isinstance(event, EffectIntended | EffectConfirmed)
    ]
    assert effects == [
        ("intended", "push"), ("confirmed", "push"), ("intended", "open"), ("confirmed", "open"),
        ("intended", "annotate"), ("confirmed", "annotate"), ("intended", "comment"), ("confirmed", "comment"),
    ]  # fmt: skip
    assert len(inner.pull_requests) == len(inner.comments) == 1


class DownForge(MemoryForge):
    async def push(self, commit: str, branch: str) -> bool:
        raise AdapterError("the host is down", retryable=True)


async def test_an_effect_that_fails_leaves_its_intent_alone() -> None:
    log, repository = MemoryLog(), InMemoryRepository.of({"a": "1"})
    change = replace(await change_of(repository), target="")
    with pytest.raises(AdapterError, match="down"):
        await deliver(
            change, forge=RecordedForge(DownForge(), Step(log.run(RUN), "d")), repository=repository, wishes=WISHES
        )
    (event,) = [record.event for record in await log.records(RUN)]
    assert event == EffectIntended(
        effect="push",
        place="memory:acme/widgets",
        target="journeyman/x",
        detail=await repository.commit(change.tree, parent=change.base, message=change.message),
    )
