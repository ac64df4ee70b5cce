"""The baseline: what the base's own tests do, run more than once, and whether it can be judged against."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from journeyman.domain.errors import UserError
from journeyman.domain.verification import Baseline, Ground, TestOutcome
from journeyman.judge.comparison import broken_off, names
from journeyman.judge.ground_tree import GroundTree
from journeyman.judge.measurement import Measurement
from journeyman.judge.sentinel import can_be_heard, quarantine_name
from journeyman.judge.suite import Suite
from journeyman.settings import JudgeSettings

_SHOWN = 3
_LEAST_TIME_S = 60.0
"""A machine may be busy, and a suite of a second is no measure of that."""


def settle(runs: Sequence[Measurement], suite: Suite) -> Baseline:
    """Return the baseline that several runs of the base's suite give.

    What differed between them, or is reported against what was seen, is quarantined by name; so is each
    kind of sentinel that the base itself keeps from ending as it must (as `sentinel::kind`).

    Raises:
        UserError: a run did not end, nothing was collected, or too few sentinels can be heard.
    """
    for run in runs:
        _must_be_usable(run, suite)
    maps = [run.outcomes() for run in runs]
    quarantined = {node for node in set().union(*maps) if len({outcomes.get(node) for outcomes in maps}) > 1}
    quarantined.update(*(run.duplicates for run in runs), *(run.forged for run in runs))
    sown = frozenset.union(*(run.sown for run in runs))
    armed = frozenset.intersection(*(run.honest for run in runs))
    if not can_be_heard(sown, armed):
        raise UserError(
            "the judge's own sentinel tests do not end as they must, so results could not be believed",
            remedy=f"Something in {_settings(suite)} changes or deselects foreign tests.",
        )
    return Baseline(
        results=runs[0].results,
        unstable=tuple(sorted(quarantined | set(map(quarantine_name, sown - armed)))),
        duration_s=sum(run.duration_s for run in runs) / len(runs),
    )


def _must_be_usable(run: Measurement, suite: Suite) -> None:
    if run.flaws:
        raise UserError(
            f"the base's own tests disturb the judge: {run.flaws[0]}",
            remedy="A test or plug-in writes into descriptors it did not open.",
        )
    if run.ended and not run.results:
        raise UserError("the base commit has no tests that run", remedy="Add one, or set `test_paths` under [judge].")
    if reasons := broken_off(run):
        raise UserError(
            f"the base commit's tests cannot be run: {reasons[0].reason}\n{run.output.strip()}",
            remedy=_remedy(suite),
        )


def _uses(suite: Suite, runner: str) -> bool:
    return any(part.runner == runner for part in suite.parts or (suite,))


def _settings(suite: Suite) -> str:
    files = sorted({part.config for part in suite.parts or (suite,) if part.config})
    told = f"{', '.join(files)} or the files beside it" if files else "the test runner's configuration"
    return "the project's conftest.py or pytest options" if _uses(suite, "pytest") else told


def _remedy(suite: Suite) -> str:
    first = "Name pytest's plug-ins as `plugins`" if _uses(suite, "pytest") else "Mend the base so that its tests end"
    return f"{first}, or raise `wall_time_s` or `memory_mb` under [judge]."


def _near(wanted: str, path: str, baseline: Baseline) -> str:
    """Return the remedy for a test that is not there: those that are, whatever runs them."""
    known = sorted(baseline.outcomes())
    there = [node for node in known if names(path, node)] or get_close_matches(wanted, known, cutoff=0.0)
    shown = ", ".join(f"`{node}`" for node in there[:_SHOWN])
    return f"Name one that is, such as {shown}."


def require_red(ground: Ground, laid: GroundTree, baseline: Baseline) -> None:
    """Check that every `must_pass` test exists and, where the work is still to be done, does not pass yet.

    Raises:
        UserError: it does not exist, or it already passes; the text says what to do.
    """
    if ground.by_person:
        return  # what must pass may be what the person adds
    uncollected = {r.node_id for r in baseline.results if "::" not in r.node_id and r.outcome is TestOutcome.ERROR}
    for wanted in ground.must_pass:
        path = wanted.partition("::")[0]
        covered = [result for result in baseline.results if names(wanted, result.node_id)]
        if not laid.holds(path) and not covered:
            raise UserError(
                f"must_pass names `{wanted}`, but there is no `{path}` in the base commit",
                remedy="Give the test's path from the root of the repository, or add the file as an oracle test.",
            )
        if path in uncollected:
            continue  # it cannot be imported yet; in the candidate it must be
        if not covered:
            raise UserError(
                f"must_pass names `{wanted}`, but no such test is collected",
                remedy=_near(wanted, path, baseline),
            )
        if ground.expect_red and all(result.outcome is TestOutcome.PASSED for result in covered):
            raise UserError(
                f"must_pass names `{wanted}`, but it passes already",
                remedy="Write a test that fails until the work is done, or leave it out.",
            )


def required(ground: Ground, laid: GroundTree, baseline: Baseline) -> frozenset[str]:
    """Return the node ids and files that must pass in a candidate: `must_pass` and the oracle's tests."""
    collected = {result.node_id.partition("::")[0] for result in baseline.results}
    files = {path for path in laid.oracle if laid.suite.is_test_file(path) or path in collected}
    return frozenset(ground.must_pass) | files


def hurry(settings: JudgeSettings, baseline: Baseline) -> JudgeSettings:
    """Return the settings for a candidate's runs: an endless loop is known by the time the base's own suite took."""
    if not settings.slowdown:
        return settings
    allowed_s = max(_LEAST_TIME_S, settings.slowdown * baseline.duration_s)
    return replace(settings, wall_time_s=min(settings.wall_time_s, allowed_s))
