"""Steps: deterministic keys for the facts of a run."""

import pytest

from journeyman.domain.event import MoveChosen
from journeyman.ports.events import Step
from journeyman.testing.events import MemoryLog

MOVE = MoveChosen(lineage=1, move="repair", reason="because")


async def test_keys_follow_the_names_of_steps_and_the_order_within_one() -> None:
    log = MemoryLog()
    lineage = Step(log.run("r"), "lineage-1")
    first, second = lineage.child("attempt-1"), lineage.child("attempt-2")
    for step in (second, first, second, lineage):
        await step.append(MOVE)
    assert [record.key for record in await log.records("r")] == [
        "lineage-1/attempt-2/0",
        "lineage-1/attempt-1/0",
        "lineage-1/attempt-2/1",
        "lineage-1/0",
    ]


async def test_a_step_keeps_bodies_in_its_run() -> None:
    log = MemoryLog()
    digest = await Step(log.run("r"), "gather").keep(b"body")
    assert await log.body(digest) == b"body"


def test_two_children_of_one_name_are_refused() -> None:
    step = Step(MemoryLog().run("r"), "lineage-1")
    step.child("attempt-1")
    with pytest.raises(ValueError, match="attempt-1"):
        step.child("attempt-1")
