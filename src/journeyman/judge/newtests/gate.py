"""The gate: new tests are run without the change, against mutants of it, again and again, and in other orders."""

from journeyman.domain.finding import Finding, Severity
from journeyman.domain.verification import TestOutcome
from journeyman.judge.newtests.hunt import hunt, survivors
from journeyman.judge.newtests.new_tests import BROKEN, NewTests


async def weigh(new: NewTests) -> list[Finding]:
    """Return what the new tests are worth: REJECT when none of them counts or one is unstable, else notes.

    A test counts that fails without the change, or that notices a break of a line that was changed.
    """
    unstable = await _unstable(new)
    if unstable:
        return list(map(_flaky, sorted(unstable)))
    failing = await _failing_without_the_change(new)
    hunted = await hunt(new)
    counted = failing | hunted.killers
    # A hunt that ran out of time has not shown that nothing would have been noticed.
    if not counted and hunted.whole:
        return [_worthless(new)] if hunted.tried else [_pinning(new)]
    findings = [_uncounted(node) for node in sorted(new.added - counted)] if counted else []
    return [*findings, *(await survivors(new, hunted) if hunted.whole else ())]


async def _unstable(new: NewTests) -> frozenset[str]:
    """Return the new tests that do not pass each time, run alone and shuffled."""
    alone = await new.alone(new.product)
    found: set[str] = set()
    for number in range(new.limits.runs):
        run = await new.measure(alone, "reversed" if number == 0 else str(number))
        if run.ended:
            outcomes = run.outcomes()
            found |= {node for node in new.added if outcomes.get(node, TestOutcome.PASSED) in BROKEN}
    return frozenset(found)


async def _failing_without_the_change(new: NewTests) -> frozenset[str]:
    run = await new.measure(await new.alone(()), "")
    outcomes = run.outcomes()
    files = {node for node, outcome in outcomes.items() if "::" not in node and outcome in BROKEN}
    return frozenset(node for node in new.added if outcomes.get(node) in BROKEN or node.partition("::")[0] in files)


def _pinning(new: NewTests) -> Finding:
    """Return what tests of nothing that was changed are: beside a change of the product a person should see them."""
    named = ", ".join(f"`{node}`" for node in sorted(new.added)[:3])
    return Finding(
        rule="new-test-pins-today",
        severity=Severity.ESCALATE if new.product else Severity.NOTE,
        path=new.tests[0].path,
        node_id=min(new.added),
        reason=f"the new tests ({named}{', ...' if len(new.added) > 3 else ''}) pass without the change, which alters "
        "no line that they could reach: they write down what the code does today, right or wrong",
        remedy="Let a person say that it is right, or test what the change is for.",
    )


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


def _flaky(node: str) -> Finding:
    return Finding(
        rule="new-test-flaky",
        severity=Severity.REJECT,
        path=node.partition("::")[0],
        node_id=node,
        reason=f"the new test `{node}` does not pass each time it is run by itself, in other orders",
        remedy="Take time, chance and other tests out of it.",
    )
