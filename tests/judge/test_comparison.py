"""The comparison of two maps: what regresses, what may stay red, what must turn green."""

from hypothesis import given
from hypothesis import strategies as st

from journeyman.domain.command import Ending
from journeyman.domain.verification import Baseline, TestOutcome, TestResult, Verdict, verdict_of
from journeyman.judge.comparison import broken_off, compromised, disturbed, regressions, unmet
from journeyman.judge.measurement import Measurement
from journeyman.judge.runners.python_seeds import PYTEST
from journeyman.judge.sentinel import quarantine_name

P, F, E, S, X = (
    TestOutcome.PASSED,
    TestOutcome.FAILED,
    TestOutcome.ERROR,
    TestOutcome.SKIPPED,
    TestOutcome.XFAILED,
)
MAPS = st.dictionaries(st.sampled_from([f"t.py::test_{n}" for n in range(5)]), st.sampled_from(TestOutcome))


def results(outcomes: dict[str, TestOutcome]) -> tuple[TestResult, ...]:
    return tuple(TestResult(node_id=node, outcome=outcome, message="E   why") for node, outcome in outcomes.items())


def base(outcomes: dict[str, TestOutcome], *unstable: str) -> Baseline:
    return Baseline(results=results(outcomes), unstable=unstable)


def ran(outcomes: dict[str, TestOutcome], **fields: object) -> Measurement:
    known = {"ending": Ending.EXITED, "complete": True, "status": 1, "sown": PYTEST.kinds, "honest": PYTEST.kinds}
    return Measurement(results=results(outcomes), **(known | fields))  # type: ignore[arg-type] # by name


def rules(before: dict[str, TestOutcome], after: dict[str, TestOutcome], *unstable: str) -> list[str]:
    return [finding.rule for finding in regressions(base(before, *unstable), ran(after))]


@given(MAPS)
def test_what_did_not_change_is_accepted(outcomes: dict[str, TestOutcome]) -> None:
    assert rules(outcomes, outcomes) == []


@given(MAPS, MAPS)
def test_a_stable_pass_is_reproduced_exactly_or_found(
    before: dict[str, TestOutcome], after: dict[str, TestOutcome]
) -> None:
    found = {finding.node_id for finding in regressions(base(before), ran(after))}
    lost = {node for node, outcome in before.items() if outcome is P and after.get(node) is not P}
    broke = {node for node, outcome in after.items() if outcome in {F, E} and before.get(node) not in {F, E}}
    hidden = {node for node, outcome in before.items() if outcome in {F, E} and after.get(node) in {S, X}}
    assert found == lost | broke | hidden
    assert rules(before, after, *before, *after) == []


def test_each_way_to_lose_a_pass_has_its_name() -> None:
    after = {"a::f": F, "a::e": E, "a::s": S, "a::x": X}
    before = dict.fromkeys([*after, "a::gone"], P)
    assert rules(before, after) == ["test-failed", "test-failed", "test-missing", "test-skipped", "test-xfailed"]


def test_a_file_that_cannot_be_collected_is_told_once() -> None:
    assert rules({"a.py::x": P, "a.py::y": P}, {"a.py": E}) == ["test-failed"]


def test_known_failures_may_stay_and_a_skip_may_not_turn_red() -> None:
    assert rules({"a::f": F, "a::s": S}, {"a::f": E, "a::s": S}) == []
    assert rules({"a::s": S}, {"a::s": F}) == ["test-failed"]
    assert rules({"a::f": F}, {}) == []


def test_twice_is_once_too_often() -> None:
    run = Measurement(results=results({"a::x": P}) * 2, ending=Ending.EXITED, complete=True, status=1)
    assert [finding.rule for finding in regressions(base({"a::x": P}), run)] == ["test-duplicated"]


def test_what_must_pass() -> None:
    run = ran({"a.py::x[1]": P, "a.py::x[2]": S, "b.py::C::y": P, "b.pyx::z": F})
    assert [finding.rule for finding in unmet({"a.py::x", "b.py", "c.py"}, run)] == [
        "must-pass-failed",
        "must-pass-missing",
    ]
    assert list(unmet({"a.py::x[1]", "b.py::C"}, run)) == []
    assert list(unmet({"a.py"}, run, waived=("a.py::x",))) == []


def test_a_sentinel_that_lies_compromises_unless_it_lied_at_the_base() -> None:
    run = ran({}, honest=PYTEST.kinds - {"raises"})
    assert verdict_of(tuple(compromised(base({}), run))) is Verdict.COMPROMISED
    assert list(compromised(base({}, quarantine_name("raises")), run)) == []
    assert list(compromised(base({}), ran({}, honest=frozenset(), complete=False))) == []


def test_a_forged_report_compromises_unless_it_was_so_at_the_base() -> None:
    run = ran({"a::x": F}, forged=("a::x",))
    assert verdict_of(tuple(compromised(base({}), run))) is Verdict.COMPROMISED
    assert list(compromised(base({}, "a::x"), run)) == []


@given(MAPS, MAPS)
def test_added_tests_may_move_nothing_in_either_direction(
    alone: dict[str, TestOutcome], together: dict[str, TestOutcome]
) -> None:
    found = {finding.node_id for finding in disturbed(base({}), ran(alone), ran(together))}
    assert found == {node for node, outcome in alone.items() if together.get(node) is not outcome}
    assert list(disturbed(base({}, *alone), ran(alone), ran(together))) == []
    assert list(disturbed(base({}), ran(alone), ran(together), waived=tuple(alone))) == []


def test_a_suite_without_tests_is_a_failure() -> None:
    assert [finding.rule for finding in broken_off(ran({}))] == ["no-tests-ran"]
    assert broken_off(ran({"a::x": P})) == ()
