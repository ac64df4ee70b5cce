"""CI of a delivered run: started, heard, and its deployment dispatched after a person has merged; all on record."""

from dataclasses import dataclass

from journeyman.domain.ci import CiReport, Trigger, Triggered
from journeyman.domain.delivery import PullRequest, PullRequestState
from journeyman.domain.delivery_events import (
    DeliveryCleared,
    EffectConfirmed,
    EffectIntended,
    ForgeSurveyed,
    MergeSeen,
    RepairAsked,
)
from journeyman.domain.digest import digest_noun
from journeyman.domain.errors import DeniedError, UserError
from journeyman.domain.event import ChangeDelivered, Record
from journeyman.domain.records import of_kind
from journeyman.pipeline.ci_rounds import (
    HandOver,
    RepairRound,
    evidence,
    handed_over,
    heard,
    report_for_person,
)
from journeyman.ports.ci import ContinuousIntegration
from journeyman.ports.events import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What the log says of a run's delivery."""

    run: str
    commit: str
    branch: str
    target: str
    url: str
    place: str

    @property
    def number(self) -> int:
        """Of the pull request; 0 when its URL names none."""
        last = self.url.rstrip("/").rpartition("/")[2]
        return int(last) if last.isascii() and last.isdigit() and len(last) < 12 else 0


def delivered(run: str, records: tuple[Record, ...]) -> Delivered:
    """Return what was delivered in a run, from its log.

    Raises:
        UserError: nothing was.
    """
    found = [event for _, event in of_kind(records, ChangeDelivered)]
    if not found:
        raise UserError(f"run `{run}` was not delivered", remedy=f"First: journeyman deliver {run}")
    places = [event.place for _, event in of_kind(records, DeliveryCleared)]
    targets = [event.target for _, event in of_kind(records, ForgeSurveyed)]
    return Delivered(
        run=run,
        commit=found[-1].commit,
        branch=found[-1].branch,
        target=targets[-1] if targets else "",
        url=found[-1].pull_request,
        place=places[-1] if places else "local:",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CiDesk:
    """One delivered run and the CI of its forge; everything it does goes into the run's log under `step`."""

    ci: ContinuousIntegration
    step: Step
    of: Delivered
    records: tuple[Record, ...]

    async def hear(self, *, heard_by: str = "poll") -> CiReport:
        """Ask what is known of the delivered commit; the same answer is recorded once."""
        report = await self.ci.report(self.of.commit)
        await self.tell(report, heard_by=heard_by)
        return report

    async def tell(self, report: CiReport, *, heard_by: str) -> None:
        """Record a report."""
        event = heard(self.ci.place, report, heard_by=heard_by)
        await self.step.revisit(f"heard/{digest_noun(event)[:16]}").append(event)

    async def start(self, trigger: Trigger, *, effect: str = "trigger", again: bool = False) -> Triggered | None:
        """Start a pipeline once; None when it was started before.

        Raises:
            UserError: an earlier start was interrupted, and only a person can see whether it arrived.
        """
        tries = [event for _, event in of_kind(self.records, EffectIntended) if event.effect == effect]
        done = [event for _, event in of_kind(self.records, EffectConfirmed) if event.effect == effect]
        if done and not again:
            return None
        if len(tries) > len(done) and effect == "deploy" and not again:
            raise UserError(
                "a dispatch of the deployment was interrupted, and may have arrived",
                remedy="Look at the pipelines; then say --again if it did not.",
            )
        step = self.step.revisit(f"{effect}/{len(done)}")
        target = f"{trigger.kind}:{trigger.name}" if trigger.name else trigger.kind
        detail = ", ".join(f"{name}={value}" for name, value in (("ref", trigger.ref), *trigger.inputs))
        await step.append(EffectIntended(effect=effect, place=self.ci.place, target=target, detail=detail))
        found = await self.ci.trigger(trigger)
        reference = " ".join(part for part in (found.reference, found.url) if part)
        await step.append(
            EffectConfirmed(
                effect=effect, place=self.ci.place, target=target, found=False, reference=reference, notes=()
            )
        )
        return found

    async def merged(self) -> PullRequest:
        """Return the pull request when a person has merged it.

        Raises:
            UserError: it is not merged.
            DeniedError: it was merged by something that is no person.
        """
        if not self.of.number:
            raise UserError(f"run `{self.of.run}` has no pull request at a forge", remedy="Deliver it to one.")
        pull = await self.ci.pull_request(self.of.number)
        if pull.state is not PullRequestState.MERGED or not pull.merged_commit:
            raise UserError(f"{self.of.url} is {pull.state.value}, not merged", remedy="A person merges; then deploy.")
        await self.step.revisit("merged").append(
            MergeSeen(
                place=self.ci.place,
                number=pull.number,
                merged_by=pull.merged_by,
                by_person=pull.merged_by_person,
                commit=pull.merged_commit,
            )
        )
        if not pull.merged_by_person:
            raise DeniedError(f"{self.of.url} was merged by {pull.merged_by or 'nobody known'}, which is no person")
        return pull

    async def ask_repair(self, report: CiReport, move: RepairRound) -> str:
        """Record another round and return what it is to start from."""
        told = evidence(report, {job.name: await self.ci.output(job) for job in report.failed})
        event = RepairAsked(
            repair_round=move.number,
            commit=report.commit,
            jobs=tuple(job.name for job in report.failed),
            body=await self.step.keep(told.encode()),
        )
        await self.step.revisit(f"repair/{move.number}").append(event)
        return told

    async def hand_over(self, report: CiReport, move: HandOver) -> str:
        """Record that a person goes on, and return the report for them."""
        told = evidence(report, {job.name: await self.ci.output(job) for job in report.failed})
        text = report_for_person(self.of.run, report, move, told)
        await self.step.revisit("handed-over").append(handed_over(move, await self.step.keep(text.encode())))
        return text
