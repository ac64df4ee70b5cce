"""The verification: what the judge measured, and its verdict. Failing is a value."""

from dataclasses import dataclass
from enum import StrEnum

from journeyman.domain.finding import Finding, Severity
from journeyman.domain.snapshot import Snapshot
from journeyman.domain.spec import HeldOut, Interface, OracleTest


class TestOutcome(StrEnum):
    """How one test ended."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    XPASSED = "xpassed"

    __test__ = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """One node id and what became of it."""

    __test__ = False

    node_id: str
    outcome: TestOutcome
    duration_s: float = 0.0
    message: str = ""
    """The failure as the runner printed it: traceback, assertion, captured output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One command of the judge and how it ended."""

    name: str
    """e.g. `tests`."""
    passed: bool
    results: tuple[TestResult, ...] = ()
    duration_s: float = 0.0
    output: str = ""
    """Tail of what the command printed."""


class Verdict(StrEnum):
    """The judge's answer."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ESCALATED = "escalated"
    COMPROMISED = "compromised"


_VERDICT_OF = {
    Severity.NOTE: Verdict.ACCEPTED,
    Severity.REJECT: Verdict.REJECTED,
    Severity.ESCALATE: Verdict.ESCALATED,
    Severity.COMPROMISE: Verdict.COMPROMISED,
}
_GRAVITY = tuple(Severity)


def verdict_of(findings: tuple[Finding, ...]) -> Verdict:
    """Return the verdict that the gravest finding asks for; no finding means accepted."""
    gravest = max((finding.severity for finding in findings), key=_GRAVITY.index, default=Severity.NOTE)
    return _VERDICT_OF[gravest]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What the base commit's tests did, with the oracle tests laid over it."""

    results: tuple[TestResult, ...]
    unstable: tuple[str, ...] = ()
    """Node ids that did not end alike each time; quarantined by name."""
    duration_s: float = 0.0

    def outcomes(self) -> dict[str, TestOutcome]:
        """Return node id → outcome."""
        return {result.node_id: result.outcome for result in self.results}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Where candidates are judged: a base commit and what a person laid over it."""

    base: Snapshot
    oracle_tests: tuple[OracleTest, ...] = ()
    must_pass: tuple[str, ...] = ()
    """Node ids, or paths of test files, that must pass in the candidate."""
    waivers: tuple[str, ...] = ()
    allowed_paths: tuple[str, ...] = ()
    forbidden_paths: tuple[str, ...] = ()
    held_out: tuple[HeldOut, ...] = ()
    """Checks asked of the product outside the test runner."""
    interfaces: tuple[Interface, ...] = ()
    """What the served product must answer."""
    expect_red: bool = True
    """Whether `must_pass` must fail at the base, as it must for work that is still to be done."""
    by_person: bool = False
    """Whether a person wrote the candidate: what it changes of tests is shown and refuses nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """All checks and findings about one candidate. The verdict follows from the findings alone."""

    candidate: str
    """Id of the candidate judged."""
    tree: str
    """Git tree id of base + candidate, as it would be committed (oracle tests included)."""
    checks: tuple[CheckResult, ...]
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """ACCEPTED only when nothing graver than a note was found."""
        return verdict_of(self.findings)

    @property
    def results(self) -> tuple[TestResult, ...]:
        """Every test of every check, in order."""
        return tuple(result for check in self.checks for result in check.results)
