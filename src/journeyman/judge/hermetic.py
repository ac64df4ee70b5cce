"""The hermetic judge: inspect the changes, build a world, measure it, compare. Believe nothing else."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from journeyman.domain.behaviour import Behaviour, Probe
from journeyman.domain.candidate import Candidate
from journeyman.domain.command import Command, CommandResult, Mount
from journeyman.domain.errors import UserError
from journeyman.domain.finding import Finding, Severity, gravest_first
from journeyman.domain.verification import Baseline, CheckResult, Ground, TestOutcome, TestResult, Verification
from journeyman.judge.asking import Asking
from journeyman.judge.baseline import hurry, require_red, settle
from journeyman.judge.baseline_store import BaselineStore, baseline_key, environment_digest
from journeyman.judge.contract import ContractExamination, ContractTools
from journeyman.judge.ground_tree import GroundTree, lay_ground, with_changes
from journeyman.judge.heldout.held_out import Examination
from journeyman.judge.likeness import likeness
from journeyman.judge.measurement import Measurement
from journeyman.judge.newtests import GateLimits
from journeyman.judge.person import forgiven
from journeyman.judge.quality import Differential
from journeyman.judge.runners.roster import Roster
from journeyman.judge.runners.runner import NoToolchains, Workbench
from journeyman.judge.tampering import inspect_changes
from journeyman.judge.trial import Run, Trial, refuses
from journeyman.judge.world import altered, open_world
from journeyman.ports.repository import Repository
from journeyman.ports.sandbox import Sandbox
from journeyman.ports.toolchains import Toolchains
from journeyman.settings import JudgeSettings


class HermeticJudge:
    """Judges candidates against a ground, in worlds made from git trees and thrown away.

    Args:
        repository: the store that trees come from.
        sandbox: where tests run.
        settings: `[judge]`.
        interpreter: the python of the project's environment, at the path where `mounts` show it.
        mounts: what the interpreter needs to be seen inside the sandbox.
        scratch_dir: a directory of the host for worlds; everything put there is removed again.
        toolchains: the tools of other languages; none unless given.
        baselines: keeps what the base did between processes; nothing is kept unless given.
        contracts: asks a served product; without it, interfaces of the ground are not asked.
    """

    def __init__(  # noqa: PLR0913 - every part by name, once, from the composition root
        self,
        repository: Repository,
        sandbox: Sandbox,
        settings: JudgeSettings,
        *,
        interpreter: Path,
        mounts: tuple[Mount, ...],
        scratch_dir: Path,
        toolchains: Toolchains | None = None,
        baselines: BaselineStore | None = None,
        contracts: ContractTools | None = None,
    ) -> None:
        self._repository = repository
        self._settings = settings
        self._scratch_dir = scratch_dir
        self._quality = _severity_of(settings.quality)
        self._bench = Workbench(
            sandbox=sandbox,
            settings=settings,
            scratch_dir=scratch_dir,
            interpreter=interpreter,
            mounts=mounts,
            toolchains=toolchains or NoToolchains(),
        )
        self._roster = Roster(self._bench)
        self._baselines: dict[str, Baseline] = {}
        self._store = baselines
        self._contracts = contracts
        self._measuring = asyncio.Lock()

    async def baseline(self, ground: Ground) -> Baseline:
        """Measure what the base's own tests do; see `ports.judge.Judge`."""
        if self._contracts:
            self._contracts.require_servable(ground.interfaces)
        laid = await self._lay(ground)
        baseline = await self._settled(laid)
        require_red(ground, laid, baseline)
        return baseline

    async def judge(self, ground: Ground, baseline: Baseline, candidate: Candidate) -> Verification:
        """Inspect the candidate and, unless that refuses it, measure it; see `ports.judge.Judge`."""
        laid = (await self._lay(ground)).knowing(baseline)
        changes = await laid.effective(candidate.changes)
        inspection = await inspect_changes(changes, ground, laid, self._settings, baseline=baseline)
        findings = list(map(forgiven, inspection.findings) if ground.by_person else inspection.findings)
        checks: tuple[CheckResult, ...] = ()
        try:
            tree = await self._repository.overlay(laid.tree, changes)
        except UserError as error:
            tree = laid.tree
            findings.append(Finding(rule="unsafe-path", severity=Severity.REJECT, reason=error.problem))
        if not any(map(refuses, findings)):
            if ground.by_person:
                laid = await with_changes(laid, changes, self._roster)
            hurried = Roster(replace(self._bench, settings=hurry(self._settings, baseline)))
            measure = partial(self._measure, roster=hurried)
            trial = Trial(ground=ground, laid=laid, baseline=baseline, measure=measure, new_tests=self._gate_limits())
            hold = trial.hold_for_person if ground.by_person else trial.hold
            checks, found = await hold(inspection, tree)
            findings += found
            if ground.held_out and not any(map(refuses, findings)):
                held, found = await Examination(bench=self._bench, laid=laid).hold(tree, ground.held_out)
                checks, findings = (*checks, held), findings + found
            if self._contracts and ground.interfaces and not any(map(refuses, findings)):
                asking = ContractExamination(bench=self._bench, laid=laid, tools=self._contracts)
                held, found = await asking.hold(tree, ground.interfaces)
                checks, findings = (*checks, held), findings + found
            if self._quality and not any(map(refuses, findings)):
                findings += await self._differential(laid, self._quality).findings(changes, tree)
        return Verification(candidate=candidate.id, tree=tree, checks=checks, findings=gravest_first(findings))

    async def likeness(self, ground: Ground, candidate: Candidate) -> str:
        """Digest a candidate's code; see `ports.judge.Judge`."""
        laid = await self._lay(ground)
        return likeness(candidate.changes, await laid.read(change.path for change in candidate.changes), laid.suite)

    async def behaviour(
        self, ground: Ground, candidates: Sequence[Candidate], probes: Sequence[Probe]
    ) -> tuple[Behaviour, ...]:
        """Ask what candidates do; see `ports.judge.Judge`."""
        asking = Asking(bench=self._bench, laid=await self._lay(ground), measure=self._measured_run)
        return await asking.behaviour(candidates, probes)

    async def _measured_run(self, tree: str, laid: GroundTree) -> Measurement:
        return (await self._measure(tree, laid)).measured

    def _differential(self, laid: GroundTree, severity: Severity) -> Differential:
        async def execute(tree: str, arguments: tuple[str, ...]) -> CommandResult:
            async with open_world(self._repository, tree, self._scratch_dir, writable=False) as world:
                argv = (str(self._bench.interpreter), *arguments)
                return await self._bench.sandbox.run(
                    Command(argv=argv, workspace=world, workspace_writable=False, mounts=self._bench.mounts)
                )

        return Differential(laid=laid, measure=self._measured_run, execute=execute, severity=severity)

    def _gate_limits(self) -> GateLimits:
        settings = self._settings
        if not 0.0 <= settings.mutants_noticed <= 1.0:
            raise UserError(
                f"[judge] mutants_noticed = {settings.mutants_noticed} is no share", remedy="Give a number from 0 to 1."
            )
        return GateLimits(
            runs=settings.new_test_runs,
            mutants=settings.mutants,
            mutation_time_s=settings.mutation_time_s,
            killed_share=settings.mutants_noticed,
        )

    async def _lay(self, ground: Ground) -> GroundTree:
        return await lay_ground(ground, self._repository, self._roster)

    async def _settled(self, laid: GroundTree) -> Baseline:
        """Measure the base once per tree; everything else the result rests on is fixed for this judge."""
        async with self._measuring:
            if laid.tree not in self._baselines:
                self._baselines[laid.tree] = await self._kept_or_measured(laid)
            return self._baselines[laid.tree]

    async def _kept_or_measured(self, laid: GroundTree) -> Baseline:
        store = self._store
        if store is None or not self._roster.knows_environment(laid.suite):
            return await self._measured(laid)
        environment = await asyncio.to_thread(
            environment_digest, self._bench.interpreter, self._bench.mounts, self._roster.toolchains(laid.suite)
        )
        key = baseline_key(laid.tree, environment, self._settings)
        baseline = await asyncio.to_thread(store.read, key)
        if baseline is None:
            baseline = await self._measured(laid)
            # A base that fails for want of a module in a cache too deep to look through is measured again.
            if self._roster.sees_packages(laid.suite) or not any(map(_is_bad, baseline.results)):
                await asyncio.to_thread(store.write, key, baseline)
        return baseline

    async def _measured(self, laid: GroundTree) -> Baseline:
        runs = [await self._measure(laid.tree, laid) for _ in range(max(1, self._settings.baseline_runs))]
        return settle([run.measured for run in runs], laid.suite)

    async def _measure(
        self, tree: str, laid: GroundTree, newcomers: tuple[str, ...] = (), *, roster: Roster | None = None
    ) -> Run:
        """Build the world of one tree, run the suite in it, and look it over."""
        # Runners of other languages sow sentinels into the world itself, which must not be anybody else's then.
        own = self._settings.world_writable or any(language.name != "python" for language in laid.languages)
        async with open_world(self._repository, tree, self._scratch_dir, writable=own) as world:
            measured = await (roster or self._roster).measure(world, laid.suite, newcomers=newcomers)
            if not self._settings.world_writable:
                return Run(measured=measured)
            return Run(measured=measured, altered=await altered(self._repository, tree, world, laid.suite))


def _is_bad(result: TestResult) -> bool:
    return result.outcome in {TestOutcome.FAILED, TestOutcome.ERROR}


def _severity_of(quality: str) -> Severity | None:
    """Return what `[judge] quality` makes of its findings; None when it is off."""
    known = {"off": None, "note": Severity.NOTE, "escalate": Severity.ESCALATE}
    if quality not in known:
        raise UserError(f"[judge] quality `{quality}` is not known", remedy=f"Known: {', '.join(known)}.")
    return known[quality]
