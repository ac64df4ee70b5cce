"""Rules on the names of files that decide how a language's tests are built and run."""

from collections.abc import Iterator

from journeyman.domain.finding import Finding, Severity
from journeyman.judge.globs import matches
from journeyman.judge.languages.language import Edit

_LEAVE = "Leave the file as it is and change product code only."
_ASK = "Leave it out, or let a person make that change."


def configures_tests(edit: Edit, patterns: tuple[str, ...]) -> Iterator[Finding]:
    """Yield a REJECT finding when a path decides how tests are run."""
    if matches(edit.path, patterns):
        yield _finding("test-configuration", Severity.REJECT, edit.path, "decides how tests are run")


def configures_build(edit: Edit, patterns: tuple[str, ...]) -> Iterator[Finding]:
    """Yield an ESCALATE finding when a path decides how the project is built, or what is installed for it."""
    if matches(edit.path, patterns):
        yield _finding("protected-path", Severity.ESCALATE, edit.path, "decides how the project is built and checked")


def unread(edit: Edit, patterns: tuple[str, ...]) -> Iterator[Finding]:
    """Yield a REJECT finding when a path is run or loaded without anyone having read it."""
    if matches(edit.path, patterns):
        yield _finding("forbidden-file", Severity.REJECT, edit.path, "is run or loaded without anyone having read it")


def build_hook(edit: Edit, what: str, *, line: int = 0) -> Finding:
    """Return the ESCALATE finding on something that runs, or decides what is compiled, when the project is built."""
    return Finding(
        rule="build-hook",
        severity=Severity.ESCALATE,
        path=edit.path,
        line=line,
        reason=f"`{edit.path}` tells the build something ({what})",
        remedy=_ASK,
    )


def test_setting(edit: Edit, what: str) -> Finding:
    """Return the REJECT finding on a file of many masters that would tell the test runner something else."""
    return _finding(
        "test-configuration", Severity.REJECT, edit.path, f"would tell the test runner something else ({what})"
    )


def shadowed(edit: Edit, whose: str) -> Finding:
    """Return the REJECT finding on a file that would be found in the place of another one."""
    return _finding("shadowed-module", Severity.REJECT, edit.path, f"would be found in the place of {whose}")


def inline_test(edit: Edit, what: str) -> Finding:
    """Return the REJECT finding on tests that stand in product files."""
    return _finding("test-changed", Severity.REJECT, edit.path, f"holds tests of the base that the candidate {what}")


def _finding(rule: str, severity: Severity, path: str, why: str) -> Finding:
    remedy = _ASK if severity is Severity.ESCALATE else _LEAVE
    return Finding(rule=rule, severity=severity, path=path, reason=f"`{path}` {why}", remedy=remedy)
