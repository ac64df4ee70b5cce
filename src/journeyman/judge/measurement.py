"""A measurement: what one run of a suite did, as far as it can be believed. One format for every runner."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from journeyman.domain.command import CommandResult, Ending
from journeyman.domain.verification import TestOutcome, TestResult
from journeyman.judge.sealed import BROKEN, unseal
from journeyman.judge.sentinel import EXIT_STATUS, Sentinels

_TAIL_CHARS = 4000
FORGED = "it raised and was reported as passed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One run: results in the order they ended, and every reason to doubt them."""

    results: tuple[TestResult, ...]
    """The suite's own; sentinels are left out."""
    ending: Ending
    complete: bool
    """The report was closed by its end mark and the process left with the same status."""
    status: int
    """The runner's own exit status; -1 when it never said."""
    running: str = ""
    """The node id that was running when the report stopped."""
    forged: tuple[str, ...] = ()
    """Node ids that were reported against what was seen."""
    flaws: tuple[str, ...] = ()
    """Sentences about a report that somebody else has written into."""
    sown: frozenset[str] = frozenset()
    """Kinds of sentinel that were put into the run."""
    honest: frozenset[str] = frozenset()
    """Kinds of sentinel that ended as they must."""
    unheard: frozenset[str] = frozenset()
    """Kinds that nothing came to, because every test file ended before its end; its own result says so."""
    installed: tuple[str, ...] = ()
    """Modules new to the project that its environment has already, from elsewhere."""
    lines: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Path → lines reached, of the files that were watched."""
    duration_s: float = 0.0
    output: str = ""
    """Tail of what was printed."""

    @property
    def ended(self) -> bool:
        """Whether the suite ran to its end, so that what is missing from it means something."""
        return self.complete and self.status in {0, 1}

    @property
    def duplicates(self) -> tuple[str, ...]:
        """Node ids with more than one result, sorted."""
        counts = Counter(result.node_id for result in self.results)
        return tuple(sorted(node_id for node_id, count in counts.items() if count > 1))

    def broken(self, reason: str) -> "Measurement":
        """Return this measurement as one that did not come to its end."""
        return replace(self, complete=False, output=f"{self.output}\n{reason}\nE   {reason}")

    def told_from(self, root: str) -> "Measurement":
        """Return this measurement of a suite that runs in a folder, with node ids from the root of the repository."""
        if not root:
            return self
        results = tuple(replace(result, node_id=f"{root}/{result.node_id}") for result in self.results)
        running = f"{root}/{self.running}" if self.running else ""
        forged = tuple(f"{root}/{node_id}" for node_id in self.forged)
        return replace(self, results=results, running=running, forged=forged)

    def outcomes(self) -> dict[str, TestOutcome]:
        """Return node id → outcome."""
        return {result.node_id: result.outcome for result in self.results}


@dataclass(slots=True)
class _Lines:
    """The report read so far."""

    results: list[TestResult] = field(default_factory=list)
    forged: list[str] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)
    installed: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    lines: dict[str, frozenset[int]] = field(default_factory=dict)
    running: str = ""
    status: int = -1
    closed: bool = False

    def take(self, fields: list[str]) -> None:
        match fields:
            case _ if self.closed:
                self.flaws.append("the report goes on behind its end")
            case ["start", node_id]:
                self.running = node_id
            case ["result", node_id, outcome, duration_s, message]:
                self.running = "" if self.running == node_id else self.running
                self._result(node_id, outcome, duration_s, message)
            case ["collected", _]:
                pass
            case ["file", path]:
                self.files.append(path)
            case ["installed", name]:
                self.installed.append(name)
            case ["lines", path, numbers]:
                self.lines[path] = frozenset(map(int, filter(None, numbers.split(","))))
            case ["end", status, _]:
                self.closed, self.status = True, int(status)
            case _:
                self.flaws.append("the report holds a line of no known kind")

    def _result(self, node_id: str, outcome: str, duration_s: str, message: str) -> None:
        if outcome == "forged":
            self.forged.append(node_id)
            outcome, message = "failed", FORGED
        self.results.append(
            TestResult(
                node_id=node_id, outcome=TestOutcome(outcome), duration_s=float(duration_s), message=message.strip()
            )
        )


def _cut_short(path: str) -> TestResult:
    """Return the result of a test file in which the sentinels behind its tests were not reached."""
    return TestResult(node_id=path, outcome=TestOutcome.ERROR, message="it ended before its last test")


def read_measurement(result: CommandResult, *, key: bytes, sentinels: Sentinels) -> Measurement:
    """Return what a command's report says, each line checked against the seal only the reporter can make."""
    lines = _Lines()
    for fields in unseal(result.report, key):
        if fields is None:
            lines.flaws.append(BROKEN)
        else:
            lines.take(fields)
    own = tuple(r for r in lines.results if sentinels.own(r.node_id))
    theirs = tuple(r for r in lines.results if not sentinels.own(r.node_id))
    exited = result.ending is Ending.EXITED and lines.closed
    honest = sentinels.honest(own) | ({EXIT_STATUS} if lines.status == 1 else set())
    if sentinels.everywhere:
        told = {result.node_id for result in theirs}
        theirs += tuple(_cut_short(path) for path in sentinels.silent(own, lines.files) if path not in told)
    return Measurement(
        results=theirs,
        ending=result.ending,
        complete=exited and lines.status == result.exit_status,
        status=lines.status,
        running="" if sentinels.own(lines.running) else lines.running,
        forged=tuple(sorted(node for node in lines.forged if not sentinels.own(node))),
        flaws=tuple(lines.flaws),
        installed=tuple(lines.installed),
        lines=lines.lines,
        sown=sentinels.kinds,
        honest=honest,
        unheard=sentinels.unheard(own),
        duration_s=result.duration_s,
        output=result.output.decode("utf-8", "replace")[-_TAIL_CHARS:],
    )


def together(runs: Mapping[str, Measurement]) -> Measurement:
    """Return the measurements of several runners over one world as one; kinds of sentinel bear the runner's name.

    A node id that two runners report is a duplicate, as it is when one runner reports it twice.
    """
    if len(runs) == 1:
        return next(iter(runs.values()))
    parts = tuple(runs.values())
    broken = next((part for part in parts if not part.ended), parts[-1])
    return Measurement(
        results=tuple(result for part in parts for result in part.results),
        ending=broken.ending,
        complete=all(part.complete for part in parts),
        status=broken.status if not broken.ended else max(part.status for part in parts),
        running=broken.running,
        forged=tuple(sorted(node for part in parts for node in part.forged)),
        flaws=tuple(f"{name}: {flaw}" for name, part in runs.items() for flaw in part.flaws),
        sown=frozenset(f"{name}/{kind}" for name, part in runs.items() for kind in part.sown),
        honest=frozenset(f"{name}/{kind}" for name, part in runs.items() for kind in part.honest),
        unheard=frozenset(f"{name}/{kind}" for name, part in runs.items() for kind in part.unheard),
        installed=tuple(name for part in parts for name in part.installed),
        lines={path: reached for part in parts for path, reached in part.lines.items()},
        duration_s=sum(part.duration_s for part in parts),
        output=broken.output,
    )
