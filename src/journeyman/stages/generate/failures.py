"""A digest of failure: Verification -> a few lines that a small model can use.

Fifty kilobytes of log teach a model nothing; the first failing assertion, where it stands, and
what is new against the baseline do.
"""

import re
from collections.abc import Iterable, Sequence

from journeyman.domain.finding import Finding
from journeyman.domain.verification import Baseline, TestOutcome, TestResult, Verification

_FAILING = {TestOutcome.FAILED, TestOutcome.ERROR}
_TEST_RULES = ("test-", "harness-")
_MAX_LINES = 16
_BASELINE_CAUSES = 4
_MAX_WIDTH = 200
_ASSERTED = re.compile(r"^> +assert (?P<call>[^=\n]*\([^\n]*?\)) == (?P<want>[^\n]+)$", re.MULTILINE)
_COMPARED = re.compile(
    r"^E +(?:AssertionError: )?assert (?P<got>[^\n]{1,160}?) == (?P<want>[^\n]{1,160})$", re.MULTILINE
)
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}")
"""Other in every run, so it would make the same question a new one."""
_SAYS_NOTHING = re.compile(r"\s*|[\s_]+|E?\s*\^+\s*|E\s+\?[\s^+-]*|E\s*")


def describe_baseline(baseline: Baseline, wanted: Sequence[str]) -> str:
    """Return what the wanted tests (node ids or paths of test files) say before any change, a line a cause.

    The tests' own source stands beside it in the prompt, so only what went wrong is said.
    """
    failing = [result for result in baseline.results if result.outcome in _FAILING and _is_wanted(result, wanted)]
    causes: dict[str, str] = {}
    for result in failing:
        causes.setdefault(_cause(result.message), f"- {_leaf(result.node_id)}: {_in_a_line(result.message)}")
    lines = list(causes.values())[:_BASELINE_CAUSES]
    return "They fail now:\n" + "\n".join(lines) if lines else ""


def describe_failure(verification: Verification, baseline: Baseline, *, shown: int = 2) -> str:
    """Return what went wrong with a candidate: refusals first, then new failures, then the rest."""
    before = baseline.outcomes()
    failing = [result for result in verification.results if result.outcome in _FAILING]
    reported = {finding.node_id for finding in verification.findings if finding.node_id}
    failing = [result for result in failing if result.node_id in reported] or failing
    broken = [result for result in failing if before.get(result.node_id) is TestOutcome.PASSED]
    others = [result for result in failing if result not in broken]
    parts = [*_refusals(verification.findings, failing)]
    if broken:
        parts.append("These tests passed before your change and fail now:\n" + _digest(broken, shown=shown))
    if others and len(broken) < shown:
        parts.append("These tests still fail:\n" + _digest(others, shown=shown - len(broken)))
    passed = sum(1 for result in verification.results if result.outcome is TestOutcome.PASSED)
    if failing and passed:
        parts.append(f"{passed} other tests pass.")
    return "\n\n".join(parts)


def _refusals(findings: Iterable[Finding], failing: Sequence[TestResult]) -> list[str]:
    explained = {result.node_id for result in failing}
    lines = [
        f"- {finding.path + ': ' if finding.path else ''}{finding.reason} {finding.remedy}".rstrip()
        for finding in findings
        if finding.node_id not in explained
    ]
    return ["Your change was refused:\n" + "\n".join(dict.fromkeys(lines))] if lines else []


def _digest(results: Sequence[TestResult], *, shown: int) -> str:
    """Show `shown` failures with different causes; only name the others."""
    distinct: dict[str, TestResult] = {}
    for result in results:
        distinct.setdefault(_cause(result.message), result)
    picked = list(distinct.values())[:shown]
    parts = [f"FAILED {result.node_id}\n{_told(result.message)}" for result in picked]
    rest = [result.node_id for result in results if result not in picked]
    if rest:
        parts.append("Also failing: " + ", ".join(rest[:8]) + (f" and {len(rest) - 8} more" if len(rest) > 8 else ""))
    return "\n\n".join(parts)


def _cause(message: str) -> str:
    lines = [line for line in message.splitlines() if line.startswith("E ")]
    return re.sub(r"0x[0-9a-f]+|\d+", "#", "\n".join(lines) or message)


def _leaf(node_id: str) -> str:
    return node_id.rpartition("::")[2] or node_id


def _in_a_line(message: str) -> str:
    """Return the assertion or error and the values behind it, as one line."""
    errors = [line.removeprefix("E").strip(" +") for line in message.splitlines() if line.startswith("E ")]
    said = [line for line in errors if line and not _SAYS_NOTHING.fullmatch(line) and not line.startswith("Use -v")]
    return _ADDRESS.sub("0x…", ", ".join(said[:3]))[:_MAX_WIDTH] or "it fails"


def _told(message: str) -> str:
    """Return what the code gave and what was wanted in a sentence, where that can be told; else the relevant lines."""
    asked, answered = _ASSERTED.search(message), _COMPARED.search(message)
    if asked is None or answered is None or "\n" in asked["call"]:
        return _relevant(message)
    return f"`{asked['call'].strip()}` gives {answered['got'].strip()}, but must give {answered['want'].strip()}"


def _relevant(message: str) -> str:
    """Keep the failing statement, the error lines and the places; drop rulers, pointers and frames of libraries."""
    lines = [line.rstrip()[:_MAX_WIDTH] for line in message.splitlines() if not _SAYS_NOTHING.fullmatch(line)]
    if len(lines) > _MAX_LINES:
        errors = [number for number, line in enumerate(lines) if line.startswith(("E ", ">"))]
        wanted = {near for number in errors for near in range(number - 1, number + 2)}
        lines = [line for number, line in enumerate(lines) if number in wanted] or lines
    if len(lines) > _MAX_LINES:
        lines = [*lines[: _MAX_LINES // 2], "...", *lines[-(_MAX_LINES // 2) :]]
    return "\n".join(lines)


def _is_wanted(result: TestResult, wanted: Sequence[str]) -> bool:
    path = result.node_id.partition("::")[0]
    return any(name in (result.node_id, path) or result.node_id.startswith(name + "[") for name in wanted)
