"""The hunt: tests are tried on mutants of what was changed, a fixed sample of them, within a time."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from journeyman.domain.candidate import FileChange
from journeyman.domain.finding import Finding, Severity
from journeyman.judge.newtests.mutants import Mutant, mutants
from journeyman.judge.newtests.new_tests import BROKEN, NewTests

_TELLING_SAMPLE = 5
"""With fewer mutants one that is the same program by another spelling would decide."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Target:
    """One mutant of one file."""

    path: str
    mutant: Mutant


@dataclass(frozen=True, slots=True)
class Hunt:
    """What came of trying the new tests on mutants."""

    tried: tuple[Target, ...]
    alive: tuple[Target, ...]
    killers: frozenset[str]
    """Tests that noticed one."""
    whole: bool
    """Every mutant was tried before the time was up."""
    until: float
    """When the time is up, by the clock of the tests' judge."""


async def hunt(new: NewTests) -> Hunt:
    """Try the new tests, by themselves, on each mutant of the sample."""
    until = new.clock() + new.limits.mutation_time_s
    killers: set[str] = set()
    tried: list[Target] = []
    alive: list[Target] = []
    for target in _sample(new):
        if new.clock() > until:
            return Hunt(tuple(tried), tuple(alive), frozenset(killers), whole=False, until=until)
        tried.append(target)
        noticed = await _noticing(new, await new.alone(_broken(new, target)), new.added)
        killers |= noticed
        if not noticed:
            alive.append(target)
    return Hunt(tuple(tried), tuple(alive), frozenset(killers), whole=True, until=until)


async def survivors(new: NewTests, hunted: Hunt) -> list[Finding]:
    """Return what the mutants that nobody noticed say: REJECT when they are too many, else notes.

    What the new tests did not notice an old one may: then it is no gap. Old tests are asked only where it matters.
    """
    alive, asked = list(hunted.alive), new.limits.killed_share
    enough = len(hunted.tried) - int(asked * len(hunted.tried) + 0.9999)
    if len(hunted.tried) >= _TELLING_SAMPLE and len(alive) > enough:
        for target in hunted.alive:
            if new.clock() > hunted.until:
                return []  # what was not tried is no evidence
            if await _noticing(new, await new.beside_the_old(_broken(new, target)), new.passing):
                alive.remove(target)
            if len(alive) <= enough:
                break
        else:
            return [_too_little(hunted.tried, alive, asked)]
    return [_untouched(*at, found) for at, found in sorted(_by_function(alive, hunted.tried).items())]


async def _noticing(new: NewTests, tree: str, watching: Collection[str]) -> set[str]:
    """Return those tests that end otherwise than they must over a broken product."""
    run = await new.measure(tree, "")
    if not run.ended:
        return set(watching)
    outcomes = run.outcomes()
    files = {node for node, outcome in outcomes.items() if "::" not in node and outcome in BROKEN}
    return {node for node in watching if outcomes.get(node) in BROKEN or node.partition("::")[0] in files}


def _sample(new: NewTests) -> Iterator[Target]:
    files = [c for c in new.product if c.content and c.path.endswith(".py")]
    share = max(1, new.limits.mutants // max(1, len(files)))
    for change in files:
        for mutant in mutants(new.before.get(change.path, b""), change.content or b"", most=share):
            yield Target(change.path, mutant)


def _broken(new: NewTests, target: Target) -> tuple[FileChange, ...]:
    """Return the candidate's product with one mutant in it."""
    return tuple(
        FileChange(path=change.path, content=target.mutant.content, executable=change.executable)
        if change.path == target.path
        else change
        for change in new.product
    )


def _by_function(alive: list[Target], tried: tuple[Target, ...]) -> dict[tuple[str, str], list[Mutant]]:
    """Return (path, function) → mutants, of the functions of which every one survived."""
    found: dict[tuple[str, str], list[Mutant]] = {}
    killed = {(target.path, target.mutant.function) for target in tried if target not in alive}
    for target in alive:
        at = (target.path, target.mutant.function)
        if at not in killed:
            found.setdefault(at, []).append(target.mutant)
    return found


def _too_little(tried: tuple[Target, ...], alive: list[Target], asked: float) -> Finding:
    shown = "; ".join(f"{t.mutant.what} in `{t.mutant.function}`, line {t.mutant.line}" for t in alive[:_SHOWN])
    killed = len(tried) - len(alive)
    return Finding(
        rule="too-few-mutants-noticed",
        severity=Severity.REJECT,
        path=alive[0].path,
        line=alive[0].mutant.line,
        reason=f"the tests notice {killed} of {len(tried)} breaks of the changed code, and {asked:.0%} are asked for; "
        f"not noticed: {shown}",
        remedy="Test what these lines answer.",
    )


def _untouched(path: str, function: str, found: list[Mutant]) -> Finding:
    first = found[0]
    return Finding(
        rule="mutants-survive",
        severity=Severity.NOTE,
        path=path,
        line=first.line,
        reason=f"no new test notices a break of `{function}` ({len(found)} tried, for example: {first.what})",
        remedy="Test what the function answers.",
    )
