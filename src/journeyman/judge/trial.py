"""The trial: a candidate that reading did not refuse is run, first without its tests, then with them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from journeyman.domain.finding import Finding, Severity
from journeyman.domain.verification import Baseline, CheckResult, Ground, TestOutcome
from journeyman.judge.affected import affected_tests
from journeyman.judge.baseline import required
from journeyman.judge.comparison import broken_off, compromised, disturbed, failing_additions, regressions, unmet
from journeyman.judge.ground_tree import GroundTree
from journeyman.judge.measurement import Measurement
from journeyman.judge.newtests import GateLimits, NewTests, weigh
from journeyman.judge.person import broken_for_person, personal
from journeyman.judge.tampering import Inspection

LONG_SUITE_TESTS = 400
"""From here on a first look at what the change can reach is worth a run of its own; a number, not a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One measurement of one tree, and what was wrong with its world afterwards."""

    measured: Measurement
    altered: tuple[Finding, ...] = ()


def refuses(finding: Finding) -> bool:
    """Return whether a finding ends the judging: what is left to measure would change nothing."""
    return finding.severity in {Severity.REJECT, Severity.COMPROMISE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One candidate's measurements against one ground."""

    ground: Ground
    laid: GroundTree
    baseline: Baseline
    measure: Callable[[str, GroundTree, tuple[str, ...]], Awaitable[Run]]
    """(tree, ground, new modules) → what running the suite over the tree did."""
    new_tests: GateLimits = field(default_factory=GateLimits)

    async def hold(self, inspection: Inspection, tree: str) -> tuple[tuple[CheckResult, ...], list[Finding]]:
        """Return the checks made and what they found.

        Args:
            inspection: the changes by kind.
            tree: everything laid over the ground; the last check measures this very tree.
        """
        bare = tree
        if inspection.tests:
            bare = await self.laid.repository.overlay(self.laid.tree, inspection.product)
        if hopeless := await self._first_look(inspection, bare):
            return hopeless
        if not inspection.tests:
            run = await self.measure(tree, self.laid, inspection.newcomers)
            findings = self._compare(run)
            return (_check("tests", run, findings),), findings
        first = await self.measure(bare, self.laid, inspection.newcomers)
        findings = self._compare(first, waived=self.ground.waivers)
        checks = (_check("tests", first, findings),)
        if any(map(refuses, findings)):
            return checks, findings
        second = await self.measure(tree, self.laid, inspection.newcomers)
        more = self._compare_with_additions(first.measured, second)
        if not any(map(refuses, more)):
            added = self._added(first.measured, second.measured)
            more += await self._weigh(inspection, tree, added, known=first.measured, last=second.measured)
        return (*checks, _check("new-tests", second, more)), findings + more

    async def hold_for_person(self, inspection: Inspection, tree: str) -> tuple[tuple[CheckResult, ...], list[Finding]]:
        """Return the checks of a person's own change: the head as it is, tests and configuration included."""
        run = await self.measure(tree, self.laid, inspection.newcomers)
        findings = [*self._doubts(run), *broken_for_person(run.measured, inspection)]
        if run.measured.ended:
            before = await self.laid.read(change.path for change in inspection.tests)
            findings += personal(self.baseline, run.measured, inspection, before)
            findings += unmet(self.ground.must_pass, run.measured)
        return (_check("tests", run, findings),), findings

    async def _first_look(
        self, inspection: Inspection, tree: str
    ) -> tuple[tuple[CheckResult, ...], list[Finding]] | None:
        """Of a long suite, run first what the change can reach; only what breaks there ends the trial early.

        A test counts when it ends in the base's run of the same few as it does in the base's run of all,
        so that one which leans on others being run before it refuses nobody.
        """
        suite, total = self.laid.suite, len(self.baseline.results)
        if total < LONG_SUITE_TESTS or suite.runner != "pytest" or self.ground.waivers:
            return None
        sources = await self.laid.read(path for path in self.laid.paths() if path.endswith(".py"))
        sources |= {change.path: change.content for change in inspection.product if change.content is not None}
        files = affected_tests(sources, {change.path for change in inspection.product}, suite)
        few = {result.node_id: result.outcome for result in self.baseline.results if _file(result.node_id) in files}
        if not few or len(few) * 2 > total:
            return None
        part = replace(self.laid, suite=replace(suite, only=files))
        run = await self.measure(tree, part, inspection.newcomers)
        if run.measured.outcomes() == few and run.measured.ended and not self._doubts(run):
            return None
        known = (await self.measure(self.laid.tree, part, ())).measured
        leaning = {node for node, outcome in few.items() if known.outcomes().get(node) is not outcome}
        findings = [*self._doubts(run), *(broken_off(run.measured) if known.ended else ())]
        if run.measured.ended:
            alone = Baseline(results=known.results, unstable=(*self.baseline.unstable, *leaning))
            findings += regressions(alone, run.measured)
        broke = [finding for finding in findings if refuses(finding)]
        return ((_check("affected-tests", run, broke),), broke) if broke else None

    def _compare(self, run: Run, *, waived: tuple[str, ...] = ()) -> list[Finding]:
        measured = run.measured
        findings = [*self._doubts(run), *broken_off(measured)]
        if measured.ended:
            findings += regressions(self.baseline, measured, waived=waived)
            findings += unmet(self._required(), measured, waived=waived)
        return findings

    def _compare_with_additions(self, known: Measurement, run: Run) -> list[Finding]:
        measured = run.measured
        findings = [*self._doubts(run), *broken_off(measured)]
        if measured.ended:
            added = self._added(known, measured)
            findings += disturbed(self.baseline, known, measured, waived=self.ground.waivers)
            findings += unmet(self._required(), measured)
            findings += failing_additions(added, measured)
        return findings

    def _added(self, known: Measurement, run: Measurement) -> frozenset[str]:
        """Return the node ids that the candidate's tests bring along."""
        return frozenset(run.outcomes().keys() - known.outcomes().keys() - self.baseline.outcomes().keys())

    async def _weigh(
        self, inspection: Inspection, tree: str, added: frozenset[str], *, known: Measurement, last: Measurement
    ) -> list[Finding]:
        """Return what the new tests are worth; nothing is run when there are none."""
        if not added or not self.new_tests.runs:
            return []

        async def measure(other: str, order: str) -> Measurement:
            laid = replace(self.laid, suite=self.laid.suite.asked_for(order=order))
            return (await self.measure(other, laid, inspection.newcomers)).measured

        backwards = await measure(tree, "reversed")
        found = list(disturbed(self.baseline, known, backwards, waived=self.ground.waivers)) if backwards.ended else []
        if any(map(refuses, found)):
            return found
        return found + await weigh(
            NewTests(
                laid=self.laid,
                product=inspection.product,
                tests=inspection.tests,
                before=await self.laid.read(change.path for change in inspection.product),
                added=added,
                passing=self._passing(last),
                measure=measure,
                limits=self.new_tests,
            )
        )

    def _passing(self, run: Measurement) -> frozenset[str]:
        """Return the tests that pass in a run and can be relied on."""
        passed = {node for node, outcome in run.outcomes().items() if outcome is TestOutcome.PASSED}
        return frozenset(passed - set(self.baseline.unstable))

    def _doubts(self, run: Run) -> list[Finding]:
        hidden = (
            Finding(
                rule="shadowed-module",
                severity=Severity.REJECT,
                reason=f"the new module `{name}` would be imported in the place of the installed `{name}`",
                remedy="Give the new module another name.",
            )
            for name in run.measured.installed
        )
        return [*run.altered, *hidden, *compromised(self.baseline, run.measured)]

    def _required(self) -> frozenset[str]:
        return required(self.ground, self.laid, self.baseline)


def _file(node_id: str) -> str:
    return node_id.partition("::")[0]


def _check(name: str, run: Run, findings: list[Finding]) -> CheckResult:
    return CheckResult(
        name=name,
        passed=not any(map(refuses, findings)),
        results=run.measured.results,
        duration_s=run.measured.duration_s,
        # Of a run that ended, what was printed counts the sentinels too and would only mislead.
        output="" if run.measured.ended else run.measured.output,
    )
