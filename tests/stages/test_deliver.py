"""The publisher: what does not fit is refused before anything is changed, and every effect happens once."""

import random
from dataclasses import replace

import pytest

from journeyman.domain.candidate import FileChange
from journeyman.domain.change import Change
from journeyman.domain.delivery import Delivery, PullRequestState, Wishes, marker
from journeyman.domain.errors import UserError
from journeyman.stages.deliver import deliver
from journeyman.testing.forges import MemoryForge, PowerCutError
from journeyman.testing.repository import InMemoryRepository

RUN = "20261122-153012-abcdefg"
WISHES = Wishes(labels=("journeyman",), reviewers=("ada",), receipt=True)
FILES = {
    "a.py": "x = 1\n",
    "docs/b.md": "b\n",
    ".github/CODEOWNERS": "* @everyone\n*.py @acme/core @bob\n/docs/ @eve\n",
}


class Scene:
    """A change, the forge that it goes to, and the repository that holds its tree."""

    def __init__(self, repository: InMemoryRepository, change: Change, forge: MemoryForge) -> None:
        self.repository, self.change, self.forge = repository, change, forge

    async def deliver(self, wishes: Wishes = WISHES) -> Delivery:
        return await deliver(self.change, forge=self.forge, repository=self.repository, wishes=wishes)

    def effects(self) -> tuple[object, ...]:
        forge = self.forge
        return dict(forge.branches), tuple(forge.pull_requests), tuple(forge.comments), dict(forge.labels)


@pytest.fixture
async def scene() -> Scene:
    repository = InMemoryRepository.of(FILES)
    base = await repository.snapshot("")
    tree = await repository.overlay(base.tree, (FileChange(path="a.py", content=b"x = 2\n"),))
    change = Change(
        run=RUN, base=base.commit, target="main", tree=tree, branch=f"journeyman/{RUN}", title="Two",
        body=f"Because.\n\n{marker(RUN)}\n", message="Two\n",
    )  # fmt: skip
    return Scene(repository, change, MemoryForge(branches={"main": base.commit}))


async def test_a_change_becomes_a_branch_a_draft_and_a_receipt(scene: Scene) -> None:
    delivery = await scene.deliver()
    assert scene.forge.branches[delivery.branch] == delivery.commit
    (opened,) = scene.forge.pull_requests
    assert (opened.draft, opened.url, opened.number) == (True, delivery.pull_request, delivery.number)
    ((_, said),) = scene.forge.comments
    assert f"`{delivery.commit}`" in said
    assert f"`{scene.change.base}`" in said
    assert "`main` still pointed there" in said
    assert scene.forge.labels == {1: ("journeyman",)}
    assert scene.forge.reviewers == {1: ("ada",)}


async def test_delivering_again_changes_nothing(scene: Scene) -> None:
    first = await scene.deliver()
    before = scene.effects()
    assert await scene.deliver() == replace(first, already_there=True)
    assert scene.effects() == before


async def test_code_owners_of_what_changes_are_asked_by_the_base_file(scene: Scene) -> None:
    await scene.deliver(replace(WISHES, owners=True))
    assert scene.forge.reviewers == {1: ("ada", "acme/core", "bob")}


@pytest.mark.parametrize("seed", range(40))
async def test_a_power_cut_anywhere_leaves_one_of_each(seed: int, scene: Scene) -> None:
    chance = random.Random(seed)  # noqa: S311 - a dice, not a key
    scene.forge.cuts = (chance.random() < 0.3 for _ in range(60))
    delivery = None
    while delivery is None:
        try:
            delivery = await scene.deliver()
        except PowerCutError:
            continue
    assert set(scene.forge.branches) == {"main", f"journeyman/{RUN}"}
    assert len(scene.forge.pull_requests) == len(scene.forge.comments) == 1


async def refused(scene: Scene, words: str, wishes: Wishes = WISHES) -> None:
    before = scene.effects()
    with pytest.raises(UserError, match=words):
        await scene.deliver(wishes)
    assert scene.effects() == before


async def test_an_archived_repository_is_refused(scene: Scene) -> None:
    scene.forge.archived = True
    await refused(scene, "is archived")


async def test_another_branch_of_that_name_is_refused(scene: Scene) -> None:
    scene.forge.branches[scene.change.branch] = "f" * 40
    await refused(scene, "exists at memory:acme/widgets and points at ffff")


async def test_a_base_that_the_target_does_not_hold_would_publish_more_than_the_change(scene: Scene) -> None:
    scene.forge.holds_base = False
    await refused(scene, "does not hold the base commit")


async def test_a_target_that_moved_is_told_or_refused(scene: Scene) -> None:
    scene.forge.branches["main"] = "e" * 40
    await refused(scene, "has moved from", replace(WISHES, base_must_be_tip=True))
    await scene.deliver()
    assert f"moved on since, to `{'e' * 40}`" in scene.forge.comments[0][1]


async def test_a_closed_pull_request_stays_closed(scene: Scene) -> None:
    await scene.deliver()
    scene.forge.pull_requests[0] = replace(scene.forge.pull_requests[0], state=PullRequestState.CLOSED)
    await refused(scene, "was closed by somebody")


async def test_a_merged_one_is_a_delivery_that_has_happened(scene: Scene) -> None:
    first = await scene.deliver()
    scene.forge.pull_requests[0] = replace(scene.forge.pull_requests[0], state=PullRequestState.MERGED)
    del scene.forge.branches[scene.change.branch]
    before = scene.effects()
    assert await scene.deliver() == replace(first, already_there=True)
    assert scene.effects() == before


async def test_a_pull_request_that_people_went_on_with_is_left_alone(scene: Scene) -> None:
    await scene.deliver()
    scene.forge.branches[scene.change.branch] = "d" * 40
    await refused(scene, "points at dddd")


async def test_a_pull_request_of_somebody_else_is_left_alone(scene: Scene) -> None:
    await scene.deliver()
    scene.forge.pull_requests[0] = replace(scene.forge.pull_requests[0], body="mine")
    await refused(scene, "not one that this run opened")
