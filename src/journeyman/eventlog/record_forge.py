"""The recorder of what leaves the machine: intent before each effect, confirmation after it.

A crash between the two leaves the first alone, and whoever delivers again sees it. Each effect has a step of its
own, so that an effect that is found again is confirmed where it was intended.
"""

from journeyman.domain.change import Change
from journeyman.domain.delivery import PullRequest, Survey
from journeyman.domain.delivery_events import EffectConfirmed, EffectIntended, ForgeSurveyed
from journeyman.ports.events import Step
from journeyman.ports.forge import Forge


class RecordedForge:
    """Writes down what is about to happen at a forge, and that it did."""

    def __init__(self, forge: Forge, step: Step) -> None:
        self._forge = forge
        self._step = step

    @property
    def place(self) -> str:
        """Where the forge within is."""
        return self._forge.place

    async def survey(self, change: Change) -> Survey:
        """Say what the forge within says."""
        survey = await self._forge.survey(change)
        if survey != Survey():
            event = ForgeSurveyed(
                place=self.place,
                target=change.target,
                target_tip=survey.target_tip,
                holds_base=survey.holds_base,
                archived=survey.archived,
            )
            await self._step.revisit(f"survey/{survey.target_tip[:12]}").append(event)
        return survey

    async def find(self, branch: str) -> PullRequest | None:
        """Find what the forge within finds; looking is no effect."""
        return await self._forge.find(branch)

    async def push(self, commit: str, branch: str) -> bool:
        """Make a branch as the forge within does."""
        step = await self._intend("push", branch, commit)
        made = await self._forge.push(commit, branch)
        await self._confirm(step, "push", branch, found=not made, reference=commit)
        return made

    async def open(self, change: Change, *, draft: bool) -> PullRequest:
        """Open a pull request as the forge within does."""
        step = await self._intend("open", change.branch, f"{change.title}{' (draft)' if draft else ''}")
        opened = await self._forge.open(change, draft=draft)
        await self._confirm(step, "open", change.branch, found=opened.found, reference=opened.url)
        return opened

    async def annotate(self, number: int, labels: tuple[str, ...], reviewers: tuple[str, ...]) -> tuple[str, ...]:
        """Label and ask as the forge within does."""
        wanted = f"labels: {', '.join(labels) or 'none'}; reviewers: {', '.join(reviewers) or 'none'}"
        step = await self._intend("annotate", f"#{number}", wanted)
        notes = await self._forge.annotate(number, labels, reviewers)
        await self._confirm(step, "annotate", f"#{number}", found=False, reference="", notes=notes)
        return notes

    async def comment(self, number: int, text: str, marker: str) -> bool:
        """Comment as the forge within does."""
        step = await self._intend("comment", f"#{number}", marker)
        made = await self._forge.comment(number, text, marker)
        await self._confirm(step, "comment", f"#{number}", found=not made, reference="")
        return made

    async def _intend(self, effect: str, target: str, detail: str) -> Step:
        step = self._step.revisit(effect)
        await step.append(EffectIntended(effect=effect, place=self.place, target=target, detail=detail))
        return step

    async def _confirm(
        self, step: Step, effect: str, target: str, *, found: bool, reference: str, notes: tuple[str, ...] = ()
    ) -> None:
        await step.append(
            EffectConfirmed(
                effect=effect, place=self.place, target=target, found=found, reference=reference, notes=notes
            )
        )
