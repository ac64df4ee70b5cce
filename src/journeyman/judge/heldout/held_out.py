"""Held-out checks, from outside: the world without its tests, two processes in one sandbox, one report."""

import ast
import json
import secrets
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from journeyman.domain.candidate import FileChange
from journeyman.domain.command import Command, CommandResult, Ending, Limits, Mount
from journeyman.domain.errors import UserError
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.spec import HeldOut
from journeyman.domain.verification import CheckResult, TestOutcome, TestResult
from journeyman.judge.ground_tree import GroundTree
from journeyman.judge.runners.runner import Workbench
from journeyman.judge.world import open_world

_OURS = "/opt/journeyman/heldout"
_WORK = "/work"
_REPORT_BYTES = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What runs a person's held-out checks over a tree."""

    bench: Workbench
    laid: GroundTree

    async def hold(self, tree: str, checks: Iterable[HeldOut]) -> tuple[CheckResult, list[Finding]]:
        """Run every file's checks against the product of a tree, no test of the suite on disk."""
        entries = [*self.laid.entries, *self.laid.oracle]
        bare = tuple(FileChange(path=path, content=None) for path in entries if self.laid.suite.owns(path))
        without = await self.laid.repository.overlay(tree, bare)
        results: list[TestResult] = []
        findings: list[Finding] = []
        duration_s = 0.0
        async with open_world(self.laid.repository, without, self.bench.scratch_dir, writable=False) as world:
            roots = [f"{_WORK}/{root}".rstrip("/") for root in self.laid.suite.import_roots if (world / root).is_dir()]
            modules = sorted({name for root in self.laid.suite.import_roots for name in importable(world / root)})
            for check in checks:
                token = secrets.token_hex(16)
                task: dict[str, object] = {"token": token, "roots": roots, "modules": modules, "cwd": _WORK}
                ended = await self.bench.sandbox.run(self._command(world, check, task))
                found = _read(ended, check, token)
                results += found
                findings += [_finding(result) for result in found if result.outcome is not TestOutcome.PASSED]
                duration_s += ended.duration_s
        held = CheckResult(name="held-out", passed=not findings, results=tuple(results), duration_s=duration_s)
        return held, findings

    def _command(self, world: Path, check: HeldOut, task: dict[str, object]) -> Command:
        source = check.content.decode("utf-8")
        return Command(
            argv=(str(self.bench.interpreter), "-I", "-B", f"{_OURS}/examiner.py"),
            workspace=world,
            workspace_writable=False,
            mounts=(*self.bench.mounts, Mount(source=Path(__file__).parent, target=_OURS)),
            stdin=json.dumps({**task, "source": source, "name": check.name}).encode(),
            report=True,
            limits=Limits(
                wall_time_s=self.bench.settings.wall_time_s,
                memory_bytes=self.bench.settings.memory_mb * 2**20,
                output_bytes=_REPORT_BYTES,
            ),
        )


def read_held_out(name: str, content: bytes) -> HeldOut:
    """Return a person's file of checks, after making sure that it holds any.

    Raises:
        UserError: it is not UTF-8 Python, or nothing in it checks anything.
    """
    try:
        tree = ast.parse(content.decode("utf-8"))
    except (SyntaxError, ValueError) as error:
        raise UserError(f"the held-out file {name} is not Python: {error}", remedy="Mend it.") from error
    named = any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(("check_", "test_"))
        for node in tree.body
    )
    if not named and not any(isinstance(node, ast.Assert) for node in tree.body):
        raise UserError(
            f"the held-out file {name} checks nothing",
            remedy="Write functions named check_... that assert, or plain asserts.",
        )
    return HeldOut(name=name, content=content)


def importable(root: Path) -> set[str]:
    """Return the names that can be imported from a folder and are not the standard library's."""
    if not root.is_dir():
        return set()
    modules = {path.stem for path in root.glob("*.py")}
    packages = {path.name for path in root.iterdir() if path.is_dir() and next(path.rglob("*.py"), None)}
    return {name for name in modules | packages if name.isidentifier()} - sys.stdlib_module_names


def _read(ended: CommandResult, check: HeldOut, token: str) -> list[TestResult]:
    """Return the results that the examiner vouches for; a single error when it did not come to its end."""
    try:
        told = json.loads(ended.report)
        if ended.ending is Ending.EXITED and secrets.compare_digest(str(told["token"]), token):
            return [
                TestResult(
                    node_id=f"held-out::{item['name']}",
                    outcome=TestOutcome(item["outcome"]),
                    message=item["message"],
                )
                for item in told["results"]
            ]
    except (ValueError, KeyError, TypeError):
        pass
    why = f"the examination did not come to its end ({ended.ending.value})"
    return [TestResult(node_id=f"held-out::{check.name}", outcome=TestOutcome.ERROR, message=why)]


def _finding(result: TestResult) -> Finding:
    return Finding(
        rule="held-out-failed",
        severity=Severity.REJECT,
        node_id=result.node_id,
        reason=f"a held-out check does not hold: {result.message}",
        remedy="Mend the product code for every input, not for the tests' examples alone.",
    )
