"""The gate: what lies in the workspace, judged by the harness. An agent asks; it never decides."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from journeyman.domain.candidate import Candidate, FileChange
from journeyman.domain.errors import UnsafeTreeError
from journeyman.domain.verification import Baseline, Ground, TestOutcome, Verdict, Verification
from journeyman.ports.judge import Judge
from journeyman.ports.repository import Repository
from journeyman.ports.workplace import Workplace
from journeyman.prompts import fragment
from journeyman.stages.generate.agent.text import clip
from journeyman.stages.generate.failures import describe_failure

ROUNDS = 2
"""Of finishing: the first shows the diff and what the checks say, the second ends the work."""
_DIFF_CHARACTERS = 12_000
_SHOWN_CHARACTERS = 24_000


@dataclass(slots=True, kw_only=True)
class Gate:
    """Reads the workspace back and has it judged."""

    place: Workplace
    repository: Repository
    judge: Judge
    ground: Ground
    baseline: Baseline
    tree: str
    """What the workspace began as."""
    before: Mapping[str, FileChange]
    """How that differs from the base already: the change that is being repaired."""
    candidate_id: str
    criteria: str
    _asked: int = field(default=0, init=False)

    async def candidate(self) -> Candidate:
        """Return the change as it is now.

        Raises:
            UnsafeTreeError: the workspace holds what must not be read.
        """
        there = {entry.path for entry in self.ground.base.entries}
        merged = {**self.before, **{change.path: change for change in await self.place.changes()}}
        # What was added and is gone again is no change.
        kept = [merged[path] for path in sorted(merged) if merged[path].content is not None or path in there]
        return Candidate(id=self.candidate_id, changes=tuple(kept))

    async def check(self) -> str:
        """Return what the judge says of the change as it is now."""
        try:
            candidate = await self.candidate()
        except UnsafeTreeError as error:
            return _unsafe(error)
        if not candidate.changes:
            return "Nothing is changed yet."
        return self._told(await self.judge.judge(self.ground, self.baseline, candidate))

    async def finish(self) -> tuple[bool, str]:
        """Return whether the work is over, and what to tell the agent: the first time, everything to look at again."""
        try:
            candidate = await self.candidate()
        except UnsafeTreeError as error:
            return False, _unsafe(error)
        if not candidate.changes:
            return False, "Nothing is changed, so there is nothing to finish. If nothing can be, call cannot_satisfy."
        self._asked += 1
        if self._asked >= ROUNDS:
            return True, "Handed over."
        verification = await self.judge.judge(self.ground, self.baseline, candidate)
        diff = clip(await self.diff(), limit=_DIFF_CHARACTERS, narrow="View the files for the rest.")
        values = {"diff": f"```diff\n{diff.rstrip()}\n```", "verdict": self._told(verification)}
        return False, fragment("agent_review", {**values, "criteria": self.criteria})

    async def diff(self) -> str:
        """Return how the workspace differs from what it began as, as a unified diff."""
        return await self.repository.diff(
            self.tree, await self.repository.overlay(self.tree, await self.place.changes())
        )

    async def files(self) -> str:
        """Show every changed file as it is now: after a fold, contents are what is missed most."""
        try:
            changes = (await self.candidate()).changes
        except UnsafeTreeError as error:
            return _unsafe(error)
        parts, left = [], _SHOWN_CHARACTERS
        for change in changes:
            text = "(removed)" if change.content is None else change.content.decode("utf-8", "replace")
            shown = clip(text, limit=max(left, 200), narrow="View the file for the rest.")
            left -= len(shown)
            parts.append(f"### {change.path}\n```\n{shown.rstrip()}\n```")
        return "\n\n".join(parts) or "(none)"

    def _told(self, verification: Verification) -> str:
        if verification.verdict is Verdict.ACCEPTED:
            passed = {result.node_id for result in verification.results if result.outcome is TestOutcome.PASSED}
            return f"The checks pass: {len(passed)} tests, and nothing else stands against the change."
        return f"The checks do not pass.\n\n{describe_failure(verification, self.baseline, shown=3)}"


def _unsafe(error: UnsafeTreeError) -> str:
    reasons = "\n".join(f"- {reason}" for reason in error.reasons[:20])
    return f"The workspace holds what cannot be handed over (rule:path). Remove it:\n{reasons}"
