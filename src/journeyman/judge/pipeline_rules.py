"""Continuous integration made to forgive, owners struck out, snapshots re-recorded: refused in words."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from journeyman.domain.finding import Finding, Severity
from journeyman.judge.added_text import added_text_lines
from journeyman.judge.globs import matches

PIPELINES = (
    *(".github/workflows", ".github/actions", ".gitlab-ci.yml", ".gitlab", ".circleci", ".buildkite", ".travis.yml"),
    *("**/Jenkinsfile", "azure-pipelines.yml", "bitbucket-pipelines.yml", "**/tox.ini", "**/noxfile.py"),
    *("**/Makefile", "**/Justfile", "**/.pre-commit-config.yaml", "**/package.json", "scripts/**", "**/*.sh"),
)
_OWNERS = ("**/CODEOWNERS",)


class _Sign(NamedTuple):
    pattern: re.Pattern[str]
    what: str


_FORGIVING = (
    _Sign(re.compile(r"\|\|\s*(true|:|exit\s+0|echo)\b|\|\|\s*:"), "goes on when a command fails"),
    _Sign(re.compile(r"continue-on-error:\s*(true|\$\{\{)"), "lets a step fail"),
    _Sign(re.compile(r"allow_failure:\s*true"), "lets a job fail"),
    _Sign(re.compile(r"^\s*if:\s*(\$\{\{\s*)?['\"]?false"), "never runs a step"),
    _Sign(re.compile(r"\bpull_request_target\b"), "runs with secrets on foreign code"),
    _Sign(re.compile(r"--exit-zero|--no-fail-under|\bset \+e\b"), "goes on when a check fails"),
    _Sign(re.compile(r"paths-ignore:|branches-ignore:"), "leaves changes out of the checks"),
    _Sign(re.compile(r"permissions:\s*write-all"), "gives every permission"),
    _Sign(re.compile(r"--deselect\b|\bpytest\b.*\s(-k|--ignore|-m)\b|--no-verify|SKIP="), "leaves checks out"),
)
_SNAPSHOTS = _Sign(
    re.compile(
        r"--snapshot-update|--update-snapshots?|--inline-snapshot[= ]|--force-regen|--regen-all|--record-mode"
        r"|VCR_RECORD|--updateSnapshot|\b(jest|vitest)\b.*\s-u\b|INSTA_UPDATE|UPDATE_GOLDEN"
    ),
    "records anew what the tests expect",
)
_CHECKING = re.compile(r"\b(?:pytest|tox|nox|mypy|ruff|flake8|pylint|bandit|coverage|unittest|npm test|make test)\b")
_JOB = re.compile(r"^  ([\w-]+):\s*$")


def pipeline_weakened(path: str, before: bytes, after: bytes | None) -> Iterator[Finding]:
    """Yield a REJECT finding for each way in which a changed pipeline, build script or owners file checks less."""
    if matches(path, _OWNERS):
        yield from _owners_removed(path, before, after)
    if not matches(path, PIPELINES):
        return
    for number, line in added_text_lines(before, after or b""):
        for sign in (*_FORGIVING, _SNAPSHOTS):
            if sign.pattern.search(line):
                yield _finding(path, number, f"`{line.strip()[:80]}` {sign.what}")
    yield from _removed(path, before, after)


def _removed(path: str, before: bytes, after: bytes | None) -> Iterator[Finding]:
    """Yield a finding for each job that is gone, and for checking commands that nothing takes the place of."""
    gone = [line for _, line in added_text_lines(after or b"", before)]
    came = [line for _, line in added_text_lines(before, after or b"")]
    jobs_before, jobs_after = _jobs(before), _jobs(after or b"")
    for job in sorted(jobs_before - jobs_after):
        yield _finding(path, 0, f"the job `{job}` is removed")
    lost = {word for line in gone for word in _CHECKING.findall(line)}
    kept = (after or b"").decode("utf-8", "replace")
    instead = {word for line in came for word in _CHECKING.findall(line)}
    for word in sorted(lost):
        if word not in kept and not instead:
            yield _finding(path, 0, f"`{word}` is run no more")


def _jobs(content: bytes) -> set[str]:
    text = content.decode("utf-8", "replace")
    _, found, rest = text.partition("\njobs:") if not text.startswith("jobs:") else ("", "jobs:", text[5:])
    return {match[1] for line in rest.splitlines() if (match := _JOB.match(line))} if found else set()


def _owners_removed(path: str, before: bytes, after: bytes | None) -> Iterator[Finding]:
    for _, line in added_text_lines(after or b"", before):
        if line.strip() and not line.lstrip().startswith("#"):
            yield _finding(path, 0, f"the owners `{line.strip()[:80]}` are struck out or changed")


def _finding(path: str, line: int, what: str) -> Finding:
    return Finding(
        rule="pipeline-weakened",
        severity=Severity.REJECT,
        path=path,
        line=line,
        reason=f"in `{path}` {what}",
        remedy="Leave the project's checks as they are; a person changes them.",
    )
