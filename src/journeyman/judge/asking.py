"""Asking: what accepted candidates do, compared. Every one is asked the same questions and runs the same new tests."""

import json
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from journeyman.domain.behaviour import Behaviour, Probe
from journeyman.domain.candidate import Candidate, FileChange
from journeyman.domain.command import Command, Ending, Limits, Mount
from journeyman.domain.errors import UserError
from journeyman.judge.ground_tree import GroundTree
from journeyman.judge.heldout.held_out import importable
from journeyman.judge.measurement import Measurement
from journeyman.judge.runners.runner import Workbench
from journeyman.judge.world import open_world

_OURS = "/opt/journeyman/heldout"
_WORK = "/work"
_REPORT_BYTES = 8 * 2**20
_WALL_S = 90.0
_NOTHING = "no answer"
_POOLED = (".py",)
"""Test files that may stand beside others of any name, whatever is in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What compares candidates over one ground."""

    bench: Workbench
    laid: GroundTree
    measure: Callable[[str, GroundTree], Awaitable[Measurement]]
    """(tree, ground) → what running the suite over the tree did."""

    async def behaviour(self, candidates: Sequence[Candidate], probes: Sequence[Probe]) -> tuple[Behaviour, ...]:
        """Return what each candidate answers and how the pooled new tests end in it.

        A question that one of them answers in two ways tells nothing apart and is dropped for all. One that it
        does not come to, because others hang or end it, is an answer too.
        """
        pooled = self._pool(candidates)
        found: list[dict[str, str]] = []
        unsteady: set[str] = set()
        for candidate in candidates:
            product = tuple(change for change in candidate.changes if not self.laid.suite.owns(change.path))
            answers, other_each_time = await self._answers(product, probes) if probes else ({}, [])
            unsteady.update(other_each_time)
            outcomes = await self._outcomes(product, pooled) if pooled else {}
            found.append(answers | outcomes)
        asked = sorted({name for answers in found for name in answers} - unsteady)
        return tuple(
            Behaviour(candidate=one.id, answers={name: answers.get(name, _NOTHING) for name in asked})
            for one, answers in zip(candidates, found, strict=True)
        )

    def _pool(self, candidates: Sequence[Candidate]) -> tuple[FileChange, ...]:
        """Return every test file that a candidate brings along, under names of their own."""
        pooled: dict[bytes, FileChange] = {}
        for candidate in candidates:
            for change in candidate.changes:
                suite = self.laid.suite
                if change.content and change.path.endswith(_POOLED) and suite.is_test_file(change.path):
                    path = PurePosixPath(change.path)
                    stem = f"{path.stem}_of_{candidate.id.replace('.', '_')}"
                    name = stem if suite.is_test_file(str(path.with_name(f"{stem}{path.suffix}"))) else f"test_{stem}"
                    own = FileChange(path=str(path.with_name(f"{name}{path.suffix}")), content=change.content)
                    pooled.setdefault(change.content, own)
        return tuple(sorted(pooled.values(), key=lambda change: change.path))

    async def _outcomes(self, product: tuple[FileChange, ...], pooled: tuple[FileChange, ...]) -> dict[str, str]:
        """Return how the pooled tests end, by node id; nothing when the run broke off."""
        changes = tuple(sorted((*product, *pooled), key=lambda change: change.path))
        tree = await self.laid.repository.overlay(self.laid.tree, changes)
        paths = {change.path for change in pooled}
        only = self.laid.suite
        if not only.parts and only.runner == "pytest":
            only = replace(only, only=tuple(sorted(paths)))
        measured = await self.measure(tree, replace(self.laid, suite=only))
        outcomes = measured.outcomes() if measured.ended else {}
        return {node: one.value for node, one in outcomes.items() if node.partition("::")[0] in paths}

    async def _answers(
        self, product: tuple[FileChange, ...], probes: Sequence[Probe]
    ) -> tuple[dict[str, str], list[str]]:
        """Return probe id → answer, and the ids of those that were answered in two ways."""
        laid = self.laid
        bare = tuple(
            FileChange(path=path, content=None) for path in {*laid.entries, *laid.oracle} if laid.suite.owns(path)
        )
        changes = tuple(sorted((*product, *bare), key=lambda change: change.path))
        try:
            tree = await laid.repository.overlay(laid.tree, changes)
        except UserError:
            return {}, []
        async with open_world(laid.repository, tree, self.bench.scratch_dir, writable=False) as world:
            roots = [f"{_WORK}/{root}".rstrip("/") for root in laid.suite.import_roots if (world / root).is_dir()]
            token = secrets.token_hex(16)
            task: dict[str, object] = {
                "token": token,
                "roots": roots,
                "modules": sorted({name for root in laid.suite.import_roots for name in importable(world / root)}),
                "cwd": _WORK,
                "questions": [{"id": probe.id, "source": probe.source} for probe in probes],
            }
            ended = await self.bench.sandbox.run(self._command(world, task))
        try:
            told = json.loads(ended.report)
            if ended.ending is Ending.EXITED and secrets.compare_digest(str(told["token"]), token):
                answers = {str(name): str(answer) for name, answer in told["answers"].items()}
                return answers, list(map(str, told["unsteady"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
        return {}, []

    def _command(self, world: Path, task: dict[str, object]) -> Command:
        return Command(
            argv=(str(self.bench.interpreter), "-I", "-B", f"{_OURS}/asker.py"),
            workspace=world,
            workspace_writable=False,
            mounts=(*self.bench.mounts, Mount(source=Path(__file__).parent / "heldout", target=_OURS)),
            stdin=json.dumps(task).encode(),
            report=True,
            limits=Limits(
                wall_time_s=_WALL_S,
                memory_bytes=self.bench.settings.memory_mb * 2**20,
                output_bytes=_REPORT_BYTES,
            ),
        )
