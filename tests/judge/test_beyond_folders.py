"""Tests beyond test folders, read by the whole reading side over a real repository."""

from collections.abc import Awaitable, Callable

import pytest

from journeyman.domain.verification import Verdict
from journeyman.testing.conformance.judge import Bench

pytestmark = pytest.mark.slow

Lay = Callable[..., Awaitable[Bench]]
CALC = 'def add(a, b):\n    """Add.\n\n    >>> add(2, 3)\n    5\n    """\n    return a + b\n'
FILES = {
    "calc.py": CALC,
    "checks.py": "def check(add):\n    assert add(1, 1) == 2\n",
    "data/golden.csv": "1,1,2\n",
    "README.md": "# calc\n",
    "test_calc.py": "import calc\nfrom checks import check\n\n\ndef test_add():\n    check(calc.add)\n"
    "    assert open('data/golden.csv').read()\n",
    "pytest.ini": "[pytest]\naddopts = --doctest-modules\n",
}


async def test_a_documented_example_is_a_test_where_the_project_runs_it(lay: Lay) -> None:
    bench = await lay(FILES)
    weaker = await bench.verify({"calc.py": CALC.replace("    5\n", "    6\n")})
    assert [(finding.rule, finding.node_id) for finding in weaker.findings] == [("test-changed", "calc.py::add")]
    assert weaker.verdict is Verdict.REJECTED
    more = await bench.verify({"calc.py": CALC.replace("    5\n", "    5\n    >>> add(0, 0)\n    0\n")})
    assert more.verdict is Verdict.ACCEPTED


async def test_helpers_and_data_outside_test_folders_go_to_a_person(lay: Lay) -> None:
    bench = await lay(FILES)
    helper = await bench.verify({"checks.py": FILES["checks.py"].replace("assert", "bool(") + ")"})
    assert "test-helper-changed" in {finding.rule for finding in helper.findings}
    data = await bench.verify({"data/golden.csv": "0,0,0\n"})
    assert [finding.rule for finding in data.findings] == ["test-data-changed"]
    assert (await bench.verify({"README.md": "# Calc\n"})).verdict is Verdict.ACCEPTED
