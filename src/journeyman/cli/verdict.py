"""A judgement for people and for scripts: no clock and no random name in it, so equal inputs print equal bytes."""

import re
from collections import Counter

import click

from journeyman.cli.exit_codes import verdict_code
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.verification import CheckResult, Verdict
from journeyman.judge.catalogue import meaning_of
from journeyman.pipeline.judgement import Judgement

_COLOURS = {
    Severity.NOTE: "cyan",
    Severity.REJECT: "red",
    Severity.ESCALATE: "yellow",
    Severity.COMPROMISE: "magenta",
}
_VERDICT_COLOURS = {
    Verdict.ACCEPTED: "green",
    Verdict.REJECTED: "red",
    Verdict.ESCALATED: "yellow",
    Verdict.COMPROMISED: "magenta",
}
_SAYS = {
    Verdict.ACCEPTED: "nothing was found that speaks against the change",
    Verdict.REJECTED: "the change is not acceptable as it is",
    Verdict.ESCALATED: "a person must decide",
    Verdict.COMPROMISED: "something tried to fool the harness",
}
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{4,}")


def summary(judgement: Judgement) -> dict[str, object]:
    """Return the judgement as plain data for JSON."""
    return {
        "verdict": judgement.verdict.value,
        "exit_code": int(verdict_code(judgement.verdict)),
        "base": judgement.base,
        "head": judgement.head,
        "tree": judgement.verification.tree,
        "changed": [shown(path) for path in judgement.changed],
        "findings": [plain_finding(finding) for finding in judgement.findings],
        "checks": [
            {"name": check.name, "passed": check.passed, "tests": counts(check)}
            for check in judgement.verification.checks
        ],
        "baseline": {"tests": len(judgement.baseline.results), "quarantined": list(judgement.baseline.unstable)},
        "notes": list(judgement.notes),
    }


def plain_finding(finding: Finding) -> dict[str, object]:
    """Return a finding as plain data, always with a remedy."""
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "path": shown(finding.path),
        "line": finding.line,
        "node_id": shown(finding.node_id),
        "reason": shown(finding.reason),
        "remedy": shown(finding.remedy or meaning_of(finding.rule).remedy),
    }


def counts(check: CheckResult) -> dict[str, int]:
    """Return outcome → number of tests, sorted by name."""
    return dict(sorted(Counter(result.outcome.value for result in check.results).items()))


def show_judgement(judgement: Judgement) -> None:
    """Print a judgement: the verdict, each finding, what was run, and what was not counted."""
    verdict = judgement.verdict
    head = click.style(verdict.value.upper(), fg=_VERDICT_COLOURS[verdict], bold=True)
    click.echo(f"{head}: {_SAYS[verdict]} ({judgement.base[:12]}..{judgement.head[:12]})")
    for finding in judgement.findings:
        _show_finding(finding)
    click.echo()
    for check in judgement.verification.checks:
        told = ", ".join(f"{number} {outcome}" for outcome, number in counts(check).items())
        click.echo(f"{check.name}: {told or 'no result'}")
    if not judgement.verification.checks:
        click.echo("No test was run: reading the change was enough.")
    if judgement.baseline.unstable:
        click.echo(f"not counted, unstable at the base: {', '.join(map(shown, judgement.baseline.unstable))}")
    for note in judgement.notes:
        click.echo(f"note: {note}")


def shown(text: str) -> str:
    """Return text that steers no terminal and differs in nothing that differs between two runs."""
    steady = _ADDRESS.sub("0x...", text)
    return "".join(char if char.isprintable() or char == "\t" else "\N{REPLACEMENT CHARACTER}" for char in steady)


def _show_finding(finding: Finding) -> None:
    plain = plain_finding(finding)
    place = f"{plain['path']}:{finding.line}" if finding.line else str(plain["path"])
    severity = click.style(finding.severity.value, fg=_COLOURS[finding.severity], bold=True)
    click.echo()
    click.echo("  ".join(part for part in (severity, finding.rule, place, str(plain["node_id"])) if part))
    click.echo(f"    {plain['reason']}")
    click.echo(f"    What to do: {plain['remedy']}")
