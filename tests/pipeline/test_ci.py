"""What CI's answer leads to, what is started once, and that nothing is deployed which no person merged."""

from dataclasses import dataclass, field, replace

import pytest

from journeyman.domain.ci import CiReport, CiState, Job, Trigger, Triggered, state_of
from journeyman.domain.delivery import PullRequest, PullRequestState
from journeyman.domain.delivery_events import DeliveryCleared, EffectIntended, ForgeSurveyed, HandedOver, MergeSeen
from journeyman.domain.errors import AdapterError, DeniedError, UserError
from journeyman.domain.event import ChangeDelivered, Event
from journeyman.pipeline.ci_desk import CiDesk, delivered
from journeyman.pipeline.ci_rounds import (
    CiMove,
    Content,
    HandOver,
    RepairRound,
    Wait,
    evidence,
    next_ci_move,
    rounds_so_far,
)
from journeyman.ports.events import Step
from journeyman.testing.events import MemoryLog

RUN = "20261122-153012-abcdefg"
COMMIT = "c" * 40
TRIGGER = Trigger(kind="workflow", name="ci.yml", ref="main")


def report(*states: CiState) -> CiReport:
    return CiReport(commit=COMMIT, jobs=tuple(Job(name=f"j{n}", state=state) for n, state in enumerate(states)))


@dataclass
class MemoryCi:
    """CI in memory."""

    place: str = "github:acme/widgets"
    says: CiReport = field(default_factory=lambda: report(CiState.FAILED))
    pull: PullRequest = field(default_factory=lambda: PullRequest(number=7, url="u"))
    started: list[Trigger] = field(default_factory=list)
    down: bool = False

    async def trigger(self, trigger: Trigger) -> Triggered:
        self.started.append(trigger)
        if self.down:
            raise AdapterError("no answer", retryable=True)
        return Triggered(reference="1", url="https://ci.example/1")

    async def report(self, commit: str) -> CiReport:
        return self.says

    async def output(self, job: Job) -> str:
        return f"E  assert {job.name}\n" * 2000 + "THE END"

    async def pull_request(self, number: int) -> PullRequest:
        return self.pull


class Scene:
    def __init__(self, log: MemoryLog) -> None:
        self.log, self.ci = log, MemoryCi()

    async def desk(self) -> CiDesk:
        records = await self.log.records(RUN)
        return CiDesk(ci=self.ci, step=Step(self.log.run(RUN), "ci"), of=delivered(RUN, records), records=records)

    async def kinds(self) -> list[str]:
        return [record.event.kind for record in await self.log.records(RUN)]


@pytest.fixture
async def scene() -> Scene:
    log = MemoryLog()
    events: tuple[Event, ...] = (
        DeliveryCleared(place="github:acme/widgets", spec_digest="", base="", tree="", candidate="", judged_at=1,
                        notes=()),
        ForgeSurveyed(place="github:acme/widgets", target="main", target_tip="", holds_base=True, archived=False),
        ChangeDelivered(branch=f"journeyman/{RUN}", commit=COMMIT, already_there=False,
                        pull_request="https://github.example/acme/widgets/pull/7"),
    )  # fmt: skip
    for number, event in enumerate(events):
        await log.append(RUN, event, key=f"told/{number}")
    return Scene(log)


@pytest.mark.parametrize(
    ("states", "repaired", "most", "move"),
    [
        ((), 0, 2, Wait()),
        ((CiState.RUNNING, CiState.PASSED), 0, 2, Wait()),
        ((CiState.PASSED, CiState.PASSED), 2, 2, Content()),
        ((CiState.FAILED, CiState.RUNNING), 0, 2, RepairRound(number=1)),
        ((CiState.FAILED,), 1, 2, RepairRound(number=2)),
        ((CiState.FAILED,), 2, 2, HandOver(reason="CI fails still after 2 repair rounds")),
        ((CiState.FAILED,), 2, 99, HandOver(reason="CI fails still after 2 repair rounds")),
        ((CiState.FAILED,), 0, 0, HandOver(reason="CI fails still after 0 repair rounds")),
    ],
)
def test_at_most_two_rounds_then_a_person(states: tuple[CiState, ...], repaired: int, most: int, move: CiMove) -> None:
    assert next_ci_move(report(*states), repaired=repaired, most=most) == move


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("success", CiState.PASSED), ("skipped", CiState.PASSED), ("timed_out", CiState.FAILED),
        ("canceled", CiState.FAILED), ("queued", CiState.RUNNING), ("waiting_for_resource", CiState.RUNNING),
    ],
)  # fmt: skip
def test_every_forge_s_words_are_four_states(word: str, state: CiState) -> None:
    assert state_of([word]) is state


def test_evidence_is_the_end_of_each_failed_job_and_has_an_end_itself() -> None:
    many = report(*[CiState.FAILED] * 40)
    told = evidence(many, {job.name: "x\u200b" * 9000 + f"THE END OF {job.name}" for job in many.jobs})
    assert "Job `j0` failed:" in told
    assert "THE END OF j3" in told
    assert "\u200b" not in told
    assert len(told) <= 12_000
    assert "nothing that could be read" in evidence(report(CiState.FAILED), {})


async def test_the_same_answer_is_heard_once(scene: Scene) -> None:
    desk = await scene.desk()
    await desk.hear()
    await desk.hear()
    scene.ci.says = report(CiState.PASSED)
    await desk.hear()
    assert (await scene.kinds()).count("ci-heard") == 2


async def test_a_pipeline_is_started_once_unless_one_says_again(scene: Scene) -> None:
    assert await (await scene.desk()).start(TRIGGER) is not None
    assert await (await scene.desk()).start(TRIGGER) is None
    assert await (await scene.desk()).start(TRIGGER, again=True) is not None
    assert len(scene.ci.started) == 2
    assert (await scene.kinds()).count("effect-confirmed") == 2


@pytest.mark.parametrize("effect", ["trigger", "deploy"])
async def test_an_interrupted_start_is_repeated_only_where_that_does_no_harm(effect: str, scene: Scene) -> None:
    scene.ci.down = True
    with pytest.raises(AdapterError):
        await (await scene.desk()).start(TRIGGER, effect=effect)
    assert isinstance((await scene.log.records(RUN))[-1].event, EffectIntended)
    scene.ci.down = False
    if effect == "deploy":
        with pytest.raises(UserError, match="may have arrived"):
            await (await scene.desk()).start(TRIGGER, effect=effect)
    assert await (await scene.desk()).start(TRIGGER, effect=effect, again=effect == "deploy") is not None
    assert len(scene.ci.started) == 2


MERGED = PullRequest(
    number=7, url="u", state=PullRequestState.MERGED, merged_by="ada", merged_by_person=True, merged_commit="d" * 40
)


async def test_what_a_person_merged_may_be_deployed(scene: Scene) -> None:
    scene.ci.pull = MERGED
    assert (await (await scene.desk()).merged()).merged_commit == "d" * 40
    event = (await scene.log.records(RUN))[-1].event
    assert event == MergeSeen(place="github:acme/widgets", number=7, merged_by="ada", by_person=True, commit="d" * 40)


@pytest.mark.parametrize("state", [PullRequestState.OPEN, PullRequestState.CLOSED])
async def test_what_is_not_merged_is_never_deployed(state: PullRequestState, scene: Scene) -> None:
    scene.ci.pull = replace(MERGED, state=state)
    with pytest.raises(UserError, match="not merged"):
        await (await scene.desk()).merged()


async def test_what_no_person_merged_is_never_deployed_and_it_shows(scene: Scene) -> None:
    scene.ci.pull = replace(MERGED, merged_by="robot[bot]", merged_by_person=False)
    with pytest.raises(DeniedError, match="no person"):
        await (await scene.desk()).merged()
    assert (await scene.kinds())[-1] == "merge-seen"


async def test_rounds_are_on_record_and_the_hand_over_is_a_report(scene: Scene) -> None:
    desk = await scene.desk()
    told = await desk.ask_repair(await desk.hear(), RepairRound(number=1))
    assert told.endswith("THE END")
    assert rounds_so_far(await scene.log.records(RUN)) == 1
    text = await desk.hand_over(await desk.hear(), HandOver(reason="enough"))
    assert "needs a person" in text
    event = (await scene.log.records(RUN))[-1].event
    assert isinstance(event, HandedOver)
    assert await scene.log.body(event.body) == text.encode()


async def test_a_run_that_was_not_delivered_has_no_ci() -> None:
    with pytest.raises(UserError, match="was not delivered"):
        delivered(RUN, ())
