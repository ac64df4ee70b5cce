"""Traceability: which tests show a criterion, which lines a change touches, and what nothing shows."""

import pytest

from journeyman.domain.candidate import FileChange
from journeyman.domain.spec import Criterion, Shows, Source, Spec
from journeyman.domain.trace import Lines, Standing, Trace, trace
from journeyman.domain.verification import CheckResult, TestOutcome, TestResult, Verification


def traced(criterion: Criterion, **outcomes: str) -> Trace:
    results = tuple(
        TestResult(node_id=f"tests/test_x.py::{name}", outcome=TestOutcome(outcome))
        for name, outcome in outcomes.items()
    )
    verification = Verification(
        candidate="0.0", tree="t", findings=(), checks=(CheckResult(name="tests", passed=True, results=results),)
    )
    spec = Spec(title="T", intent="I", source=Source(locator="text:", digest="0"), criteria=(criterion,))
    changes = (
        FileChange(path="tests/test_x.py", content=b"a\nb\nnew\n"),
        FileChange(path="shop.py", content=b"one\nTWO\nthree\n"),
        FileChange(path="gone.py", content=None),
    )
    return trace(spec, verification, changes, {"tests/test_x.py": b"a\nb\n", "shop.py": b"one\ntwo\nthree\nfour\n"})


@pytest.mark.parametrize(
    ("criterion", "outcomes", "standing"),
    [
        (Criterion(id="X", text="t", tests=("tests/test_x.py::test_a",)), {"test_a": "passed"}, Standing.DEMONSTRATED),
        (
            Criterion(id="X", text="t", tests=("tests/test_x.py::test_a",)),
            {"test_a[1]": "passed", "test_a[2]": "failed"},
            Standing.FAILING,
        ),
        (
            Criterion(id="X", text="t", tests=("tests/test_x.py::test_a",)),
            {"test_ab": "passed"},
            Standing.NOT_DEMONSTRATED,
        ),
        (Criterion(id="X", text="t", tests=("tests/test_x.py",)), {"test_b": "passed"}, Standing.DEMONSTRATED),
        (Criterion(id="AC-1", text="t"), {"test_ac_1_empty": "passed"}, Standing.DEMONSTRATED),
        (Criterion(id="AC-1", text="t"), {"test_ac_12": "passed", "test_mac_1": "passed"}, Standing.NOT_DEMONSTRATED),
        (Criterion(id="AC-1", text="t"), {"test_ac_1": "skipped"}, Standing.FAILING),
        (Criterion(id="X", text="t"), {"test_x": "passed"}, Standing.NOT_DEMONSTRATED),
        (Criterion(id="X", text="look", shows=Shows.MANUAL), {}, Standing.MANUAL),
    ],
)
def test_how_a_criterion_stands(criterion: Criterion, outcomes: dict[str, str], standing: Standing) -> None:
    assert traced(criterion, **outcomes).criteria[0].standing is standing


def test_the_lines_that_a_change_touches() -> None:
    result = traced(Criterion(id="X", text="t", tests=("tests/test_x.py::test_a",)), test_a="passed")
    assert result.changed == (
        Lines(path="tests/test_x.py", start_line=3, end_line=3),
        Lines(path="shop.py", start_line=2, end_line=2),
        Lines(path="shop.py", start_line=0, end_line=0),
        Lines(path="gone.py", start_line=0, end_line=0),
    )
    assert [str(lines) for lines in result.criteria[0].lines] == ["tests/test_x.py:3-3"]
    assert result.shown == {"X": ("tests/test_x.py::test_a",)}
