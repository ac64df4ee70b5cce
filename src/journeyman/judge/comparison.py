"""The comparison: what the candidate's run did beside what the base did. Pure."""

import re
from collections.abc import Collection, Iterator

from journeyman.domain.command import Ending
from journeyman.domain.finding import Finding, Severity
from journeyman.domain.verification import Baseline, TestOutcome
from journeyman.judge.measurement import Measurement
from journeyman.judge.sentinel import quarantine_name

_BAD = frozenset({TestOutcome.FAILED, TestOutcome.ERROR})
_EXCUSED = frozenset({TestOutcome.SKIPPED, TestOutcome.XFAILED})
_REASON_CHARS = 200
_TELLING = re.compile(r"assert |[\w.]*(Error|Exception|Warning|Exit|Failed)\b")
_ENDINGS = {
    Ending.TIMED_OUT: ("tests-timed-out", "the tests did not end in time"),
    Ending.OUT_OF_MEMORY: ("tests-out-of-memory", "the tests used up their memory"),
    Ending.TOO_MANY_PROCESSES: ("tests-too-many-processes", "the tests started too many processes"),
    Ending.OUTPUT_TRUNCATED: ("tests-too-loud", "the tests printed more than may be kept"),
}


def names(wanted: str, node_id: str) -> bool:
    """Return whether a wanted name (folder, file, class, test or one of its rows) covers a node id."""
    return node_id == wanted or node_id.startswith((f"{wanted}::", f"{wanted}[", f"{wanted.rstrip('/')}/"))


def broken_off(run: Measurement) -> tuple[Finding, ...]:
    """Return why a run did not come to its end; nothing when it did."""
    if run.ended and run.results:
        return ()
    if run.ended:
        reason = "the suite ended and not one of its tests was run"
        return (
            Finding(rule="no-tests-ran", severity=Severity.REJECT, reason=reason, remedy="Let the tests be found."),
        )
    rule, reason = _ENDINGS.get(run.ending, ("tests-crashed", "the tests did not come to their end"))
    at = f" while `{run.running}` ran" if run.running else ""
    said = error_line(run.output)
    return (
        Finding(
            rule=rule,
            severity=Severity.REJECT,
            node_id=run.running,
            path=run.running.partition("::")[0],
            reason=f"{reason}{at}{f': {said}' if said else ''}",
            remedy="Mend what makes the run end early: an endless loop, an exit, a crash.",
        ),
    )


def compromised(baseline: Baseline, run: Measurement) -> Iterator[Finding]:
    """Yield a finding for each sign that somebody spoke in the harness's place, but for what is quarantined."""
    reasons = list(run.flaws)
    reasons += [f"`{node}` raised and was reported as passed" for node in run.forged if node not in baseline.unstable]
    if run.ended:
        liars = [
            kind
            for kind in sorted(run.sown - run.honest - run.unheard)
            if quarantine_name(kind) not in baseline.unstable
        ]
        reasons += [f"a sentinel ({kind}) did not end as it must" for kind in liars]
    for reason in reasons:
        yield Finding(rule="harness-compromised", severity=Severity.COMPROMISE, reason=reason)


def regressions(
    baseline: Baseline, run: Measurement, *, waived: Collection[str] = (), added: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield a finding for each test that does not end as it did at the base.

    Args:
        baseline: what the base did.
        run: what the candidate did.
        waived: names of tests a person allowed to change.
        added: node ids the candidate brought along, which the base says nothing about.
    """
    before, after = baseline.outcomes(), run.outcomes()
    broken_files = {node for node, outcome in after.items() if "::" not in node and outcome is TestOutcome.ERROR}
    messages = {result.node_id: result.message for result in run.results}
    for node in run.duplicates:
        yield _test_finding("test-duplicated", node, "reported more than once")
    for node in sorted({*before, *after}):
        was, now = before.get(node), after.get(node)
        if node in baseline.unstable or node in added or any(names(waiver, node) for waiver in waived):
            continue
        if was is TestOutcome.PASSED and now is None:
            if node.partition("::")[0] not in broken_files:
                yield _test_finding("test-missing", node, "passed before the change and is not run any more")
        elif was is TestOutcome.PASSED and now is not TestOutcome.PASSED and now is not None:
            story = f"passed before the change and {_ENDED[now]} now"
            yield _test_finding(_RULES[now], node, story, messages[node])
        elif was in _BAD and now in _EXCUSED:
            story = f"failed before the change and {_ENDED[now]} now, which mends nothing"
            yield _test_finding(_RULES[now], node, story, messages[node])
        elif now in _BAD and was not in _BAD:
            story = "cannot be collected" if "::" not in node else f"{_ENDED[now]}, which it did not before the change"
            yield _test_finding(_RULES[now], node, story, messages[node])


def unmet(required: Collection[str], run: Measurement, *, waived: Collection[str] = ()) -> Iterator[Finding]:
    """Yield a finding for each required node id or file that does not pass in the run."""
    for wanted in sorted(required):
        covered = [result for result in run.results if names(wanted, result.node_id)]
        if not covered:
            yield _test_finding("must-pass-missing", wanted, "must pass and was not run")
        for result in covered:
            if result.outcome is not TestOutcome.PASSED and not any(names(waiver, result.node_id) for waiver in waived):
                story = f"must pass and {_ENDED[result.outcome]}"
                yield _test_finding("must-pass-failed", result.node_id, story, result.message)


def disturbed(
    baseline: Baseline, alone: Measurement, together: Measurement, *, waived: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield a finding for each test that ends otherwise once the added tests run beside it, for better or worse.

    Args:
        baseline: says which node ids are unstable.
        alone: the run without the added tests.
        together: the run with them.
        waived: names of tests a person allowed to change.
    """
    after = together.outcomes()
    messages = {result.node_id: result.message for result in together.results}
    for node, was in sorted(alone.outcomes().items()):
        now = after.get(node)
        excused = node in baseline.unstable or any(names(waiver, node) for waiver in waived)
        if now is was or excused:
            continue
        said = f"{_ENDED[now]}" if now is not None else "is not run"
        story = f"{_ENDED[was]} by itself and {said} beside the added tests"
        yield _test_finding("new-tests-disturb", node, story, messages.get(node, ""))
    for node in together.duplicates:
        if node not in baseline.unstable:
            yield _test_finding("test-duplicated", node, "reported more than once")


def failing_additions(added: Collection[str], run: Measurement) -> Iterator[Finding]:
    """Yield a finding for each test the candidate brought along that does not pass."""
    for result in run.results:
        if result.node_id in added and result.outcome in _BAD:
            yield _test_finding("new-test-failed", result.node_id, "was added and does not pass", result.message)


_ENDED = {
    TestOutcome.PASSED: "passes",
    TestOutcome.FAILED: "fails",
    TestOutcome.ERROR: "ends in an error",
    TestOutcome.SKIPPED: "is skipped",
    TestOutcome.XFAILED: "is expected to fail",
    TestOutcome.XPASSED: "passes though it is expected to fail",
}
_RULES = {
    TestOutcome.FAILED: "test-failed",
    TestOutcome.ERROR: "test-failed",
    TestOutcome.SKIPPED: "test-skipped",
    TestOutcome.XFAILED: "test-xfailed",
    TestOutcome.XPASSED: "test-xpassed",
}


def _test_finding(rule: str, node_id: str, story: str, message: str = "") -> Finding:
    said = error_line(message) or message.rstrip().rpartition("\n")[2].strip()[:_REASON_CHARS]
    return Finding(
        rule=rule,
        severity=Severity.REJECT,
        path=node_id.partition("::")[0],
        node_id=node_id,
        reason=f"`{node_id}` {story}{f': {said}' if said else ''}",
    )


def error_line(message: str) -> str:
    """Return the `E` line of pytest's that says most: an exception or an assertion, else the first; or nothing."""
    stripped = (line.strip() for line in message.splitlines())
    lines = [line[1:].strip() for line in stripped if line.startswith("E  ")]
    telling = (line for line in lines if _TELLING.match(line))
    return next(telling, lines[0] if lines else "")[:_REASON_CHARS]
