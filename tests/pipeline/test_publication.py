"""Nothing leaves the machine that the log does not stand behind, and what is cleared is delivered once."""

from dataclasses import replace

import pytest

from journeyman.domain.change import Change
from journeyman.domain.delivery import Wishes, marker
from journeyman.domain.delivery_events import DeliveryCleared
from journeyman.domain.errors import AdapterError, DeniedError, UserError
from journeyman.domain.event import (
    CandidateVerified,
    ChangeDelivered,
    ChangeProposed,
    Event,
    RunEnded,
    RunStarted,
    SpecIngested,
)
from journeyman.domain.spec import Source, Spec
from journeyman.domain.usage import Usage
from journeyman.eventlog.record_forge import RecordedForge
from journeyman.pipeline.publication import Publisher, SpecAgain
from journeyman.ports.events import Step
from journeyman.testing.events import MemoryLog
from journeyman.testing.forges import MemoryForge
from journeyman.testing.repository import InMemoryRepository

RUN = "20261122-153012-abcdefg"
SPEC = Spec(title="Two", intent="Make it two.", source=Source(locator="text:two", digest="d" * 64))


async def same() -> Spec:
    return SPEC


class Scene:
    def __init__(self, log: MemoryLog, repository: InMemoryRepository, change: Change) -> None:
        self.log, self.repository, self.change = log, repository, change
        self.forge = MemoryForge(branches={"main": change.base})

    async def publish(self, spec_again: SpecAgain | None = same, **changed: str) -> str:
        step = Step(self.log.run(RUN), "run").child("deliver")
        publisher = Publisher(
            forge=RecordedForge(self.forge, step),
            repository=self.repository,
            step=step,
            wishes=Wishes(receipt=True),
            spec_again=spec_again,
        )
        change = replace(self.change, **changed)
        return (await publisher.publish(change, await self.log.records(RUN))).commit

    async def tell(self, *events: Event) -> None:
        for event in events:
            await self.log.append(RUN, event, key=f"told/{len(await self.log.records(RUN))}")


async def scene_of(*, verdict: str = "accepted", leave_out: type[Event] | None = None) -> Scene:
    log, repository = MemoryLog(), InMemoryRepository.of({"a.py": "x = 1\n"})
    base = await repository.snapshot("")
    change = Change(
        run=RUN, base=base.commit, target="main", tree=base.tree, branch=f"journeyman/{RUN}", title="Two",
        body=f"Because.\n\n{marker(RUN)}\n", message="Two\n",
    )  # fmt: skip
    scene = Scene(log, repository, change)
    events: tuple[Event, ...] = (
        RunStarted(spec_locator="text:two", base=base.commit, base_ref="main", model="m", strategy="direct",
                   candidates=1, budget="{}", version="0"),
        SpecIngested(title="Two", spec_digest=SPEC.digest, source_digest="d" * 64, author="", trust="local",
                     criteria=(), body=""),
        CandidateVerified(candidate="0.1", tree=base.tree, verdict=verdict, tests=1, passed=1, newly_passing=(),
                          findings=(), duration_s=1.0),
        ChangeProposed(candidate="0.1", base=base.commit, target="main", tree=base.tree, branch=change.branch,
                       title="Two", body=await log.keep(change.body.encode()),
                       message=await log.keep(change.message.encode())),
    )  # fmt: skip
    await scene.tell(*(event for event in events if leave_out is None or not isinstance(event, leave_out)))
    return scene


async def denied(scene: Scene, words: str, **changed: str) -> None:
    with pytest.raises(DeniedError, match=words):
        await scene.publish(same, **changed)
    assert scene.forge.branches == {"main": scene.change.base}
    assert not [record for record in await scene.log.records(RUN) if record.event.kind.startswith("effect")]


async def test_what_the_log_accepts_is_published_and_the_clearance_is_a_fact() -> None:
    scene = await scene_of()
    commit = await scene.publish()
    assert scene.forge.branches[scene.change.branch] == commit
    (clearance,) = [r.event for r in await scene.log.records(RUN) if isinstance(r.event, DeliveryCleared)]
    assert (clearance.spec_digest, clearance.judged_at, clearance.notes) == (SPEC.digest, 2, ())


async def test_publishing_twice_adds_nothing_to_the_world_or_the_log() -> None:
    scene = await scene_of()
    first = await scene.publish()
    records = await scene.log.records(RUN)
    assert await scene.publish() == first
    assert await scene.log.records(RUN) == records
    assert len(scene.forge.pull_requests) == len(scene.forge.comments) == 1


@pytest.mark.parametrize("field", ["base", "tree", "branch", "title", "body", "message", "target"])
async def test_a_change_that_differs_from_the_proposed_one_is_denied(field: str) -> None:
    await denied(await scene_of(), "not the one", **{field: "x" * 40})


@pytest.mark.parametrize("verdict", ["rejected", "escalated", "compromised"])
async def test_a_tree_that_was_not_accepted_is_denied(verdict: str) -> None:
    await denied(await scene_of(verdict=verdict), "no acceptance")


@pytest.mark.parametrize("missing", [RunStarted, SpecIngested, CandidateVerified, ChangeProposed])
async def test_a_log_that_lacks_a_fact_is_denied(missing: type[Event]) -> None:
    await denied(await scene_of(leave_out=missing), r"records of|no acceptance")


async def test_a_later_refusal_of_the_same_tree_is_denied() -> None:
    scene = await scene_of()
    await scene.tell(
        CandidateVerified(candidate="0.1", tree=scene.change.tree, verdict="rejected", tests=1, passed=0,
                          newly_passing=(), findings=(), duration_s=1.0)
    )  # fmt: skip
    await denied(scene, "no acceptance")


@pytest.mark.parametrize("cause", ["compromised", "person"])
async def test_a_run_that_a_person_must_look_at_is_denied(cause: str) -> None:
    scene = await scene_of()
    await scene.tell(
        RunEnded(outcome="escalated", cause=cause, reason="look", attempts=1, usage=Usage(), duration_s=1.0)
    )
    await denied(scene, "ended as escalated")


async def test_a_spec_that_was_edited_is_another_spec() -> None:
    scene = await scene_of()

    async def edited() -> Spec:
        return replace(SPEC, intent="Make it three.", source=replace(SPEC.source, digest="e" * 64))

    with pytest.raises(DeniedError, match="edited since"):
        await scene.publish(edited)
    assert len(scene.forge.branches) == 1
    await scene.publish(None)
    assert len(scene.forge.branches) == 2


@pytest.mark.parametrize("error", [UserError("it is gone"), AdapterError("the tracker is down")])
async def test_a_spec_that_cannot_be_read_again_is_told(error: Exception) -> None:
    scene = await scene_of()

    async def gone() -> Spec:
        raise error

    await scene.publish(gone)
    (clearance,) = [r.event for r in await scene.log.records(RUN) if isinstance(r.event, DeliveryCleared)]
    assert clearance.notes == (f"the spec could not be read again: {error}",)


async def test_a_ticket_that_says_delivered_does_not_stop_the_delivery_from_being_found_again() -> None:
    scene = await scene_of()
    await scene.publish()

    async def commented() -> Spec:
        return replace(SPEC, intent="Make it two. Done: see #1", source=replace(SPEC.source, digest="e" * 64))

    await scene.publish(commented)
    assert sum(isinstance(r.event, ChangeDelivered) for r in await scene.log.records(RUN)) == 1
