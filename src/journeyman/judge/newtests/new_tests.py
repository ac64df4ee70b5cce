"""The tests a candidate brings along, with what they are weighed against and what that may cost."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from journeyman.domain.candidate import FileChange
from journeyman.domain.verification import TestOutcome
from journeyman.judge.ground_tree import GroundTree
from journeyman.judge.measurement import Measurement

Measure = Callable[[str, str], Awaitable[Measurement]]
"""(tree, order) → what its suite did; the order is empty, `reversed` or a number that shuffles."""
BROKEN = frozenset({TestOutcome.FAILED, TestOutcome.ERROR})


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLimits:
    """What the weighing of new tests may cost, and what it asks."""

    runs: int = 0
    """Of the new tests by themselves, each in another order; 0 weighs nothing."""
    mutants: int = 12
    mutation_time_s: float = 120.0
    killed_share: float = 0.6
    """Of the mutants on changed lines, how many the tests must notice; 0 asks for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTests:
    """New tests; see the module."""

    laid: GroundTree
    product: tuple[FileChange, ...]
    tests: tuple[FileChange, ...]
    before: Mapping[str, bytes]
    """The base's content of the changed product files."""
    added: frozenset[str]
    """Node ids that the base does not have."""
    passing: frozenset[str] = frozenset()
    """Node ids, old ones and new ones, that pass in the candidate as they did before: what may notice a break."""
    measure: Measure
    limits: GateLimits
    clock: Callable[[], float] = field(default=time.monotonic)

    async def alone(self, product: tuple[FileChange, ...]) -> str:
        """Return the tree of some product with the new tests alone: the base's test files are left out for speed."""
        kept = {change.path for change in self.tests}
        suite = self.laid.suite
        spoken = b" ".join(change.content or b"" for change in self.tests)
        others = (p for p in self.laid.paths() if p not in kept and suite.is_test_file(p) and p.endswith(".py"))
        # What a new test imports from stays, though it is a test file itself.
        gone = tuple(FileChange(path=path, content=None) for path in others if _stem(path) not in spoken)
        return await self._laid_over((*product, *self.tests, *gone))

    async def beside_the_old(self, product: tuple[FileChange, ...]) -> str:
        """Return the tree of some product with every test."""
        return await self._laid_over((*product, *self.tests))

    async def _laid_over(self, changes: tuple[FileChange, ...]) -> str:
        ordered = tuple(sorted(changes, key=lambda change: change.path))
        return await self.laid.repository.overlay(self.laid.tree, ordered)


def _stem(path: str) -> bytes:
    return path.rpartition("/")[2].removesuffix(".py").encode()
