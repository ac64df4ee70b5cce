"""The differential: coverage, lint and types of base and candidate side by side, in runs of their own.

They are measured apart from the verdict's runs, so that a tracer can change nothing that was believed there.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from journeyman.domain.candidate import FileChange
from journeyman.domain.command import CommandResult
from journeyman.domain.finding import Finding, Severity
from journeyman.judge.ground_tree import GroundTree
from journeyman.judge.measurement import Measurement
from journeyman.judge.quality.coverage import coverage_findings
from journeyman.judge.quality.tools import CONFIGURATION, is_missing, new_complaints, tools_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Differential:
    """Compares a candidate with its ground in what is no matter of right or wrong."""

    laid: GroundTree
    measure: Callable[[str, GroundTree], Awaitable[Measurement]]
    """(tree, ground) → what running the suite over the tree did."""
    execute: Callable[[str, tuple[str, ...]], Awaitable[CommandResult]]
    """(tree, arguments of the project's interpreter) → what they printed there."""
    severity: Severity

    async def findings(self, changes: tuple[FileChange, ...], tree: str) -> list[Finding]:
        """Return what became worse.

        Args:
            changes: the candidate's.
            tree: all of them laid over the ground.
        """
        python = tuple(change for change in changes if change.path.endswith(".py") and change.content is not None)
        product = tuple(change for change in python if not self.laid.suite.owns(change.path))
        found = await self._coverage(product, tree) if product else []
        return found + (await self._tools(python) if python else [])

    async def _coverage(self, product: tuple[FileChange, ...], tree: str) -> list[Finding]:
        paths = tuple(change.path for change in product)
        before = await self.laid.read(paths)
        watching = replace(self.laid, suite=self.laid.suite.asked_for(watched=paths))
        now = await self.measure(tree, watching)
        was = await self.measure(self.laid.tree, watching) if before else now
        if not (now.ended and was.ended):
            return []
        return list(
            coverage_findings(
                before,
                {change.path: change.content or b"" for change in product},
                reached_before=was.lines if before else {},
                reached_after=now.lines,
                severity=self.severity,
            )
        )

    async def _tools(self, python: tuple[FileChange, ...]) -> list[Finding]:
        tools = tools_of(await self.laid.read(CONFIGURATION))
        if not tools:
            return []
        # Only the code changes: the configuration that rules is the base's.
        tree = await self.laid.repository.overlay(self.laid.tree, python)
        after = tuple(change.path for change in python)
        before = tuple(path for path in after if self.laid.holds(path))
        found: list[Finding] = []
        for tool in tools:
            now = await self.execute(tree, (*tool.arguments, *after))
            if is_missing(now.output):
                continue
            was = (await self.execute(self.laid.tree, (*tool.arguments, *before))).output if before else b""
            found += new_complaints(tool, was, now.output, severity=self.severity)
        return found
