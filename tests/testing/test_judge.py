"""The scripted judge keeps to the seam and to its script."""

from journeyman.domain.candidate import Candidate, FileChange
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.snapshot import Snapshot
from journeyman.domain.verification import Baseline, Ground, Verdict
from journeyman.ports.judge import Judge
from journeyman.testing.judge import ScriptedJudge

GROUND = Ground(base=Snapshot(commit="c" * 40, tree="d" * 40, ref="main", entries=()))


async def test_findings_come_from_the_script() -> None:
    def script(candidate: Candidate) -> tuple[Finding, ...]:
        wrong = candidate.id == "2.1"
        return (Finding(rule="test-failed", severity=Severity.REJECT, reason="no"),) if wrong else ()

    scripted = ScriptedJudge(script)
    judge: Judge = scripted
    baseline = await judge.baseline(GROUND)
    change = FileChange(path="a.py", content=b"")
    good = await judge.judge(GROUND, baseline, Candidate(id="1.1", changes=(change,)))
    bad = await judge.judge(GROUND, baseline, Candidate(id="2.1", changes=()))
    assert (good.verdict, bad.verdict) == (Verdict.ACCEPTED, Verdict.REJECTED)
    assert good.tree != bad.tree
    assert [candidate.id for candidate in scripted.judged] == ["1.1", "2.1"]


async def test_the_baseline_is_the_one_given() -> None:
    given = Baseline(results=(), unstable=("a::b",))
    assert await ScriptedJudge(baseline=given).baseline(GROUND) is given
