"""The gate: new tests are run without the change, against mutants of it, again and again, and in other orders."""

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field

from journeyman.domain.candidate import FileChange
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.verification import TestOutcome
from journeyman.judge.ground_tree import GroundTree
from journeyman.judge.measurement import Measurement
from journeyman.judge.newtests.mutants import Mutant, mutants

Measure = Callable[[str, str], Awaitable[Measurement]]
"""(tree, order) → what its suite did; the order is empty, `reversed` or a number that shuffles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateLimits:
    """What the weighing of new tests may cost."""

    runs: int = 0
    """Of the new tests by themselves, each in another order; 0 weighs nothing."""
    mutants: int = 12
    mutation_time_s: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTests:
    """The tests a candidate brings along, and what they are weighed against."""

    laid: GroundTree
    product: tuple[FileChange, ...]
    tests: tuple[FileChange, ...]
    before: Mapping[str, bytes]
    """The base's content of the changed product files."""
    added: frozenset[str]
    """Node ids that the base does not have."""
    measure: Measure
    limits: GateLimits
    clock: Callable[[], float] = field(default=time.monotonic)


async def weigh(new: NewTests) -> list[Finding]:
    """Return what the new tests are worth: REJECT when none of them counts or one is unstable, else notes."""
    unstable = await _unstable(new)
    if unstable:
        return list(map(_flaky, sorted(unstable)))
    failing = await _failing_without_the_change(new)
    hunt = await _hunt(new)
    counted = failing | hunt.killers
    # A hunt that ran out of time has not shown that nothing would have been noticed.
    if not counted and hunt.tried and hunt.whole:
        return [_worthless(new)]
    findings = [_uncounted(node) for node in sorted(new.added - counted)] if hunt.tried else []
    return [*findings, *(hunt.survivors if hunt.whole else ())]


async def _unstable(new: NewTests) -> frozenset[str]:
    """Return the new tests that do not pass each time, run alone and shuffled."""
    alone = await _tree_of_new_tests(new, new.product)
    found: set[str] = set()
    for number in range(new.limits.runs):
        run = await new.measure(alone, "reversed" if number == 0 else str(number))
        if run.ended:
            outcomes = run.outcomes()
            found |= {node for node in new.added if outcomes.get(node, TestOutcome.PASSED) in _BROKEN}
    return frozenset(found)


_BROKEN = frozenset({TestOutcome.FAILED, TestOutcome.ERROR})


async def _failing_without_the_change(new: NewTests) -> frozenset[str]:
    run = await new.measure(await _tree_of_new_tests(new, ()), "")
    outcomes = run.outcomes()
    files = {node for node, outcome in outcomes.items() if "::" not in node and outcome in _BROKEN}
    return frozenset(node for node in new.added if outcomes.get(node) in _BROKEN or node.partition("::")[0] in files)


@dataclass(frozen=True, slots=True)
class _Hunt:
    """What came of trying the new tests on mutants."""

    survivors: tuple[Finding, ...]
    """One for each function of which every mutant survived."""
    killers: frozenset[str]
    """Tests that noticed one."""
    tried: int
    whole: bool
    """Every mutant was tried before the time was up."""


async def _hunt(new: NewTests) -> _Hunt:
    """Try the new tests on mutants, within the time allowed."""
    until = new.clock() + new.limits.mutation_time_s
    killers: set[str] = set()
    alive: dict[tuple[str, str], list[Mutant]] = {}
    killed: set[tuple[str, str]] = set()
    tried, whole = 0, True
    for path, mutant in _mutants(new):
        if new.clock() > until:
            whole = False
            break
        at = (path, mutant.function)
        if at in killed:
            continue
        tried += 1
        broken = tuple(_with(change, mutant.content) if change.path == path else change for change in new.product)
        run = await new.measure(await _tree_of_new_tests(new, broken), "")
        noticed = {node for node, outcome in run.outcomes().items() if node in new.added and outcome in _BROKEN}
        if not run.ended:
            noticed = set(new.added)
        if noticed:
            killers |= noticed
            killed.add(at)
        else:
            alive.setdefault(at, []).append(mutant)
    lost = tuple(_survived(*at, found) for at, found in sorted(alive.items()) if at not in killed)
    return _Hunt(lost, frozenset(killers), tried, whole)


def _mutants(new: NewTests) -> Iterator[tuple[str, Mutant]]:
    files = [c for c in new.product if c.content and c.path.endswith(".py")]
    share = max(1, new.limits.mutants // max(1, len(files)))
    for change in files:
        for mutant in mutants(new.before.get(change.path, b""), change.content or b"", most=share):
            yield change.path, mutant


def _with(change: FileChange, content: bytes) -> FileChange:
    return FileChange(path=change.path, content=content, executable=change.executable)


async def _tree_of_new_tests(new: NewTests, product: tuple[FileChange, ...]) -> str:
    """Return the tree of some product with the new tests alone: the base's test files are left out for speed."""
    kept = {change.path for change in new.tests}
    suite = new.laid.suite
    spoken = b" ".join(change.content or b"" for change in new.tests)
    others = (p for p in new.laid.paths() if p not in kept and suite.is_test_file(p) and p.endswith(".py"))
    # What a new test imports from stays, though it is a test file itself.
    gone = tuple(FileChange(path=path, content=None) for path in others if _stem(path) not in spoken)
    changes = tuple(sorted((*product, *new.tests, *gone), key=lambda change: change.path))
    return await new.laid.repository.overlay(new.laid.tree, changes)


def _stem(path: str) -> bytes:
    return path.rpartition("/")[2].removesuffix(".py").encode()


def _worthless(new: NewTests) -> Finding:
    return Finding(
        rule="new-test-proves-nothing",
        severity=Severity.REJECT,
        path=new.tests[0].path,
        node_id=min(new.added),
        reason="no new test fails without the change, and none notices when the changed code is broken",
        remedy="Write a test that fails before the change and passes after it.",
    )


def _uncounted(node: str) -> Finding:
    return Finding(
        rule="new-test-uncounted",
        severity=Severity.NOTE,
        path=node.partition("::")[0],
        node_id=node,
        reason=f"`{node}` passes without the change and notices no break of it, so it does not count as evidence",
    )


def _survived(path: str, function: str, found: list[Mutant]) -> Finding:
    first = found[0]
    return Finding(
        rule="mutants-survive",
        severity=Severity.NOTE,
        path=path,
        line=first.line,
        reason=f"no new test notices a break of `{function}` ({len(found)} tried, for example: {first.what})",
        remedy="Test what the function answers.",
    )


def _flaky(node: str) -> Finding:
    return Finding(
        rule="new-test-flaky",
        severity=Severity.REJECT,
        path=node.partition("::")[0],
        node_id=node,
        reason=f"the new test `{node}` does not pass each time it is run by itself, in other orders",
        remedy="Take time, chance and other tests out of it.",
    )
