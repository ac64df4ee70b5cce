"""A judge that answers as it was told, for tests of what stands around a judge."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from journeyman.domain.behaviour import Behaviour, Probe
from journeyman.domain.candidate import Candidate
from journeyman.domain.digest import digest_noun
from journeyman.domain.finding import Finding
from journeyman.domain.verification import Baseline, CheckResult, Ground, Verification

Script = Callable[[Candidate], Iterable[Finding]]
Does = Callable[[Candidate, Sequence[Probe]], Mapping[str, str]]


class ScriptedJudge:
    """Fills `ports.judge.Judge`: findings come from a function of the candidate, and no test is run.

    Args:
        script: candidate → findings; none means accepted.
        baseline: what `baseline` answers.
        does: (candidate, probes) → its answers; by default it answers nothing, so that all behave alike.
    """

    def __init__(
        self, script: Script = lambda _: (), *, baseline: Baseline | None = None, does: Does = lambda _c, _p: {}
    ) -> None:
        self._script = script
        self._does = does
        self._baseline = baseline or Baseline(results=())
        self.judged: list[Candidate] = []
        """Every candidate seen, in order."""

    async def baseline(self, ground: Ground) -> Baseline:
        """Answer the given baseline, whatever the ground."""
        del ground
        return self._baseline

    async def judge(self, ground: Ground, baseline: Baseline, candidate: Candidate) -> Verification:
        """Answer the scripted findings; the tree's id is made of the base's and the changes."""
        del baseline
        self.judged.append(candidate)
        findings = tuple(self._script(candidate))
        return Verification(
            candidate=candidate.id,
            tree=digest_noun((ground.base.tree, candidate.changes))[:40],
            checks=(CheckResult(name="tests", passed=not findings),),
            findings=findings,
        )

    async def likeness(self, ground: Ground, candidate: Candidate) -> str:
        """Answer the digest of the very changes: to a scripted judge, no two texts are alike."""
        del ground
        return candidate.digest

    async def behaviour(
        self, ground: Ground, candidates: Sequence[Candidate], probes: Sequence[Probe]
    ) -> tuple[Behaviour, ...]:
        """Answer as scripted."""
        del ground
        return tuple(Behaviour(candidate=one.id, answers=self._does(one, probes)) for one in candidates)
