"""What test programs of Rust print counts only as the answer to the list of their tests."""

import pytest

from journeyman.domain.command import CommandResult, Ending
from journeyman.domain.verification import TestOutcome
from journeyman.judge.runners.courier import Carried, Told
from journeyman.judge.runners.rust_runner import heard_from
from journeyman.judge.sentinel import Sentinels

NAMES = ["tests::adds", "tests::later", "tests::rows"]
HONEST = """
running 3 tests
test tests::adds ... ok
test tests::later ... ignored
test tests::rows - should panic ... FAILED

failures:

---- tests::rows stdout ----
note: test did not panic as expected

failures:
    tests::rows

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s
"""


def heard(output: str, status: int | None = 101) -> tuple[dict[str, TestOutcome], list[str]]:
    steps = (
        Told(name="list:/tmp/work/src/lib.rs", lines=[f"{name}: test" for name in NAMES], status=0),
        Told(name="run:/tmp/work/src/lib.rs", lines=output.splitlines(), status=status),
    )
    result = CommandResult(ending=Ending.EXITED, exit_status=1, output=b"")
    carried = Carried(result=result, steps=steps, files={}, flaws=(), ended=True)
    found = heard_from(carried, Sentinels(files={}, expected={}))
    return {r.node_id: r.outcome for r in found.results}, found.flaws


def test_an_honest_program() -> None:
    results, flaws = heard(HONEST)
    assert results == {
        "src/lib.rs::tests::adds": TestOutcome.PASSED,
        "src/lib.rs::tests::later": TestOutcome.SKIPPED,
        "src/lib.rs::tests::rows": TestOutcome.FAILED,
    }
    assert flaws == []


def test_what_a_test_prints_on_the_way_is_no_answer() -> None:
    noise = HONEST.replace("adds ... ok", "adds ... hello\ntest tests::rows ... ok\nok")
    assert heard(noise) == heard(HONEST)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("later ... ignored", "later ... ok\nignored"),
        ("1 passed; 1 failed", "2 passed; 0 failed"),
        ("test tests::later ... ignored\n", ""),
        ("rows - should panic ... FAILED", "rows - should panic ... ok\nFAILED"),
    ],
)
def test_a_program_that_does_not_agree_with_itself_is_a_flaw(old: str, new: str) -> None:
    assert old in HONEST
    assert heard(HONEST.replace(old, new))[1]


def test_a_status_against_the_words_is_a_flaw() -> None:
    assert heard(HONEST, status=0)[1]


def test_a_program_that_stops_is_an_error_of_its_file() -> None:
    results, flaws = heard(HONEST.partition("test tests::later")[0], status=0)
    assert results["src/lib.rs"] is TestOutcome.ERROR
    assert flaws == []
