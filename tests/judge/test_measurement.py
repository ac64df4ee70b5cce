"""Reading a report: believed whole when the seal holds, doubted at the first line where it does not."""

import os
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from journeyman.domain.command import CommandResult, Ending
from journeyman.domain.verification import TestOutcome
from journeyman.judge.inside.pytest_part import Phase, conclude
from journeyman.judge.inside.start import open_wire
from journeyman.judge.measurement import Measurement, read_measurement
from journeyman.judge.runners.python_seeds import PYTEST
from journeyman.judge.sentinel import draw

KEY = b"k" * 32
SENTINELS = draw(PYTEST, files=2)
LINES = (
    ("collected", "2"),
    ("start", "a.py::test_x"),
    ("result", "a.py::test_x", "passed", "0.5", ""),
    ("start", "a.py::test_ü[\udcff\n\t]"),
    ("result", "a.py::test_ü[\udcff\n\t]", "failed", "0.25", "E   boom"),
    ("end", "1", "2"),
)


def sealed(lines: Sequence[Sequence[str]], key: bytes = KEY) -> bytes:
    """Return the bytes the reporter's own wire puts into a pipe."""
    reading, writing = os.pipe()
    try:
        send = open_wire(writing, key)
        for line in lines:
            send(*line)
        os.close(writing)
        with os.fdopen(reading, "rb", closefd=False) as pipe:
            return pipe.read()
    finally:
        os.close(reading)


def read(report: bytes, *, status: int = 1, ending: Ending = Ending.EXITED) -> Measurement:
    result = CommandResult(ending=ending, exit_status=status, output=b"said", report=report)
    return read_measurement(result, key=KEY, sentinels=SENTINELS)


def test_a_whole_report() -> None:
    run = read(sealed(LINES))
    assert run.outcomes() == {"a.py::test_x": TestOutcome.PASSED, "a.py::test_ü[\udcff\n\t]": TestOutcome.FAILED}
    assert (run.ended, run.flaws, run.forged, run.duplicates, run.running) == (True, (), (), (), "")


def test_a_report_that_stops_names_what_was_running() -> None:
    run = read(sealed(LINES[:4]) + b'["result","a.py', ending=Ending.TIMED_OUT, status=137)
    assert (run.ended, run.running, run.flaws) == (False, "a.py::test_ü[\udcff\n\t]", ())
    assert len(run.results) == 1


def test_the_end_must_agree_with_the_exit_status() -> None:
    assert not read(sealed(LINES), status=0).complete
    assert not read(sealed([*LINES[:-1], ("end", "3", "2")]), status=3).ended


def test_lines_behind_the_end_and_unknown_lines_are_flaws() -> None:
    assert read(sealed([*LINES, ("start", "b.py::test_y")])).flaws
    assert read(sealed([("gift", "x")])).flaws


def test_another_key_is_seen_at_once() -> None:
    run = read(sealed(LINES, key=b"other"))
    assert (run.results, bool(run.flaws)) == ((), True)


def test_a_result_against_what_was_seen_is_a_failure() -> None:
    run = read(sealed([("result", "a.py::test_x", "forged", "0", ""), ("end", "1", "1")]))
    assert run.forged == ("a.py::test_x",)
    assert run.outcomes()["a.py::test_x"] is TestOutcome.FAILED


@given(st.data())
def test_no_line_can_be_lost_repeated_swapped_or_altered(data: st.DataObject) -> None:
    lines = sealed(LINES).splitlines(keepends=True)
    at = data.draw(st.integers(0, len(lines) - 1))
    match data.draw(st.sampled_from(["lose", "repeat", "swap", "alter"])):
        case "lose":
            del lines[at]
        case "repeat":
            lines.insert(at, lines[at])
        case "swap":
            other = data.draw(st.integers(0, len(lines) - 1).filter(lambda number: number != at))
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            lines[at] = lines[at].replace(b'"', b"'", 1)
    run = read(b"".join(lines))
    assert run.flaws or not run.complete


def test_sentinels_are_left_out_of_results_and_heard() -> None:
    told = [("result", f"::{name}", outcome.value, "0", "") for name, (_, outcome) in SENTINELS.expected.items()]
    honest = read(sealed([*told, ("end", "1", "0")]))
    assert (honest.results, honest.honest) == ((), PYTEST.kinds)
    lying = [(*line[:2], "passed", *line[3:]) for line in told]
    assert read(sealed([*lying, ("end", "0", "0")]), status=0).honest == {"pass", "unittest-pass"}
    assert read(sealed([*told[1:], *told[1:], ("end", "1", "0")])).honest == {"exit-status"}


def phase(when: str, outcome: str, *, raised: bool = False, excused: bool = False) -> Phase:
    return Phase(when, raised, outcome, excused, "")


def test_the_conclusion_of_a_test() -> None:
    setup, teardown = phase("setup", "passed"), phase("teardown", "passed")
    assert conclude([setup, phase("call", "passed"), teardown]) == "passed"
    assert conclude([setup, phase("call", "failed", raised=True), teardown]) == "failed"
    assert conclude([phase("setup", "failed", raised=True), teardown]) == "error"
    assert conclude([setup, phase("call", "passed"), phase("teardown", "failed", raised=True)]) == "error"
    assert conclude([phase("setup", "skipped", raised=True), teardown]) == "skipped"
    assert conclude([setup, phase("call", "skipped", raised=True, excused=True), teardown]) == "xfailed"
    assert conclude([setup, phase("call", "passed", excused=True), teardown]) == "xpassed"
    assert conclude([setup, phase("call", "passed", raised=True), teardown]) == "forged"
    assert conclude([setup]) == ""
