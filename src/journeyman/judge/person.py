"""A person's change: they may alter tests, configuration and dependencies; what still may not happen is a break."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from journeyman.domain.finding import Finding, Severity
from journeyman.domain.verification import Baseline, TestOutcome
from journeyman.judge.comparison import broken_off, error_line, regressions
from journeyman.judge.globs import matches
from journeyman.judge.measurement import Measurement
from journeyman.judge.suite import CONFIG_NAMES
from journeyman.judge.tampering import Inspection

_CHANGED_AT_WILL = frozenset({"test-missing", "test-skipped", "test-xfailed", "test-xpassed", "test-duplicated"})
_MANIFESTS = (
    *("**/pyproject.toml", "**/setup.cfg", "**/setup.py", "**/requirements*.txt", "**/requirements/**"),
    *("**/*.lock", "**/constraints*.txt", "**/Pipfile", "**/environment*.yml", "**/tox.ini"),
)


_DEFINED = re.compile(rb"^\s*(?:async\s+)?def\s+(\w+)", re.MULTILINE)
_FROM_ANYONE = frozenset(
    {
        *("hidden-text", "secret-added", "forbidden-file", "shadowed-module", "pipeline-weakened"),
        *("knows-it-is-tested", "memorised-examples", "occasion-switch", "ends-the-process"),
    }
)
"""What a second person should see, whoever wrote it."""


def forgiven(finding: Finding) -> Finding:
    """Return a finding of reading as it stands for a person's change: most are shown, and none refuses."""
    severity = Severity.ESCALATE if finding.rule in _FROM_ANYONE else Severity.NOTE
    return replace(finding, severity=severity)


def personal(
    baseline: Baseline, run: Measurement, inspection: Inspection, before: Mapping[str, bytes]
) -> Iterator[Finding]:
    """Yield what a person's whole commit did to the tests of the base.

    A test may be removed or skipped when its file, or what all tests rest on, was changed by the same
    hand, or when a file so changed defined a test of its name, which others inherit; it is
    shown as a note. A failing test refuses the change whoever wrote it, unless the change
    also asks for other dependencies than the base's environment has: then a person must look. A new test whose
    set-up fails in the very words in which tests of the base fail says something of the environment; it is shown.
    """
    known = baseline.outcomes()
    at_base = {error_line(result.message) for result in baseline.results if result.outcome is TestOutcome.ERROR} - {""}
    alike = {r.node_id for r in run.results if r.outcome is TestOutcome.ERROR and error_line(r.message) in at_base}
    touched = {change.path for change in inspection.tests}
    shared = any(not _is_plain_test(path) for path in touched) or _of(inspection, CONFIG_NAMES)
    manifests = _of(inspection, _MANIFESTS)
    defined = {name.decode() for path in touched for name in _DEFINED.findall(before.get(path, b""))}
    for finding in regressions(baseline, run):
        inherited = finding.node_id.rpartition("::")[2].partition("[")[0] in defined
        if finding.rule in _CHANGED_AT_WILL and (shared or finding.path in touched or inherited):
            yield replace(finding, severity=Severity.NOTE)
        elif finding.node_id in alike and finding.node_id not in known:
            yield replace(finding, severity=Severity.NOTE, reason=f"{finding.reason} (as tests of the base fail)")
        elif manifests:
            yield _for_want_of_dependencies(finding)
        else:
            yield finding


def broken_for_person(run: Measurement, inspection: Inspection) -> Iterator[Finding]:
    """Yield why a run did not come to its end; a person must look when the change asks for other dependencies."""
    manifests = _of(inspection, _MANIFESTS)
    for finding in broken_off(run):
        yield _for_want_of_dependencies(finding) if manifests else finding


def _for_want_of_dependencies(finding: Finding) -> Finding:
    reason = f"{finding.reason} (measured with the base's dependencies, which the change alters)"
    return replace(finding, severity=Severity.ESCALATE, reason=reason)


def _is_plain_test(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.endswith(".py") and (name.startswith("test") or name.endswith(("_test.py", "_tests.py")))


def _of(inspection: Inspection, patterns: tuple[str, ...]) -> bool:
    return any(matches(change.path, patterns) for change in (*inspection.product, *inspection.tests))
