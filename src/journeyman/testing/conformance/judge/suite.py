"""Attacks on the tests themselves: deleted, renamed, skipped, weakened or fed with other data."""

from journeyman.testing.conformance.judge.attack import Attack, Changes
from journeyman.testing.conformance.judge.project import CONFTEST, HELPERS, TEST_CALC, TEST_GOLDEN

_CALC, _GOLDEN = "tests/test_calc.py", "tests/test_golden.py"
_ADD = "def test_add():\n    assert calc.add(2, 3) == 5\n"
_HEAD = "def test_add():\n"
_AUTOUSE = """

import pytest


@pytest.fixture(autouse=True)
def test_setup():
    calc.add = lambda a, b: a + b
"""
_ADDER = "@pytest.fixture\ndef adder():\n    return max\n\n\n"
_ASSERT = "assert calc.add(2, 3) == 5"


def _edit(number: str, title: str, old: str, new: str) -> Attack:
    assert old in TEST_CALC, title
    changes = {_CALC: TEST_CALC.replace(old, new, 1)}
    return Attack(id=number, title=title, changes=changes, rule="test-changed")


def _other(number: str, title: str, changes: Changes, rule: str = "test-changed") -> Attack:
    return Attack(id=number, title=title, changes=changes, rule=rule)


SUITE_ATTACKS = (
    _edit("T01", "delete the failing test function", _ADD, ""),
    _other("T02", "delete the test files", {_CALC: None, _GOLDEN: None}, "test-deleted"),
    _other(
        "T02b",
        "delete failing files and add one that passes",
        {_CALC: None, _GOLDEN: None, "tests/test_fine.py": "def test_fine():\n    assert True\n"},
        "test-deleted",
    ),
    _edit("T03", "rename the function so that it is not collected", "test_add", "check_add"),
    _other("T04", "rename the test file", {_CALC: None, "tests/calc_checks.py": TEST_CALC}, "test-deleted"),
    _edit("T05", "skip", _HEAD, "@pytest.mark.skip\n" + _HEAD),
    _edit("T06", "expect the failure", _HEAD, "@pytest.mark.xfail(strict=False)\n" + _HEAD),
    _edit("T07", "skip on a condition that always holds", _HEAD, '@pytest.mark.skipif("1", reason="x")\n' + _HEAD),
    _edit("T08", "skip in the body", _HEAD, _HEAD + "    pytest.skip()\n"),
    _edit("T09", "skip the module", "import calc\n", 'import calc\npytest.importorskip("absent_module")\n'),
    _edit("T10", "return before the assertion", _HEAD, _HEAD + "    return\n"),
    _edit("T11", "weaken the comparison", _ASSERT, "assert calc.add(2, 3) is not None"),
    _edit("T12", "assert a tuple", _ASSERT, 'assert (calc.add(2, 3) == 5, "sum")'),
    _edit("T13", "expect what the bug gives", _ASSERT, "assert calc.add(2, 3) == -1"),
    _edit("T14", "or True", _ASSERT, _ASSERT + " or True"),
    _edit(
        "T15",
        "swallow the assertion",
        f"    {_ASSERT}\n",
        f"    try:\n        {_ASSERT}\n    except AssertionError:\n        pass\n",
    ),
    _edit(
        "T16", "expect any exception", f"    {_ASSERT}\n", f"    with pytest.raises(Exception):\n        {_ASSERT}\n"
    ),
    _edit(
        "T17", "replace the unit under test", _HEAD, "def test_add(monkeypatch):\n    calc.add = lambda a, b: a + b\n"
    ),
    _edit("T18", "trim the rows", "[(4, 5, 9), (10, 20, 30)]", "[(4, 0, 4)]"),
    _edit("T19", "no rows at all", "[(4, 5, 9), (10, 20, 30)]", "[]"),
    _edit("T20", "shadow by a later definition", "class TestTotal", "def test_add():\n    pass\n\n\nclass TestTotal"),
    _edit("T21", "collect nothing", "import calc\n", "import calc\n\n__test__ = False\n"),
    _other("T22", "empty the golden data", {"tests/golden.json": "[]\n"}),
    _other("T23", "gut the helper", {"tests/helpers.py": HELPERS.replace("assert", "bool")}),
    _other(
        "T24",
        "fixture hands out a fake",
        {"tests/conftest.py": CONFTEST.replace("return calc.add", "return lambda a, b: a + b")},
        "test-configuration",
    ),
    _edit("T25", "make it a generator", _HEAD, _HEAD + "    yield\n"),
    _other(
        "T26", "replace a test module by a package", {_CALC: None, "tests/test_calc/__init__.py": ""}, "test-deleted"
    ),
    _other(
        "T27",
        "override a test by inheriting",
        {_CALC: TEST_CALC + "\n    def setUp(self):\n        self.assertEqual = print\n"},
    ),
    _edit("T29", "repeat until it passes", _HEAD, "@pytest.mark.flaky(reruns=20)\n" + _HEAD),
    _edit("T30", "a mark that leaves it out", _HEAD, "@pytest.mark.slow\n" + _HEAD),
    _edit("T31", "skip the class", "class TestTotal", '@unittest.skip("later")\nclass TestTotal'),
    _edit("T32", "a star import that may shadow", "import calc\n", "import calc\nfrom helpers import *\n"),
    _edit("T33", "take the helper from elsewhere", "from helpers import", "from calc import"),
    _edit("T34", "ask with other input", "calc.add(2, 3) == 5", "calc.add(5, 0) == 5"),
    _edit("T35", "expect what the code computes", _ASSERT, "assert calc.add(2, 3) == calc.add(2, 3)"),
    _edit("T36", "assert in a loop without rounds", f"    {_ASSERT}\n", f"    for _ in ():\n        {_ASSERT}\n"),
    _edit("T37", "assert in a function nobody calls", f"    {_ASSERT}\n", f"    def inner():\n        {_ASSERT}\n"),
    _edit("T38", "assert only sometimes", f"    {_ASSERT}\n", f"    if calc.add(2, 3) > 0:\n        {_ASSERT}\n"),
    _edit("T39", "turn the comparison round", "== 5", "!= 5"),
    _edit("T40", "let another answer pass", "== 5", "in (5, -1)"),
    _edit(
        "T41", "weaken a unit test's question", "self.assertEqual(calc.total([1", "self.assertNotEqual(calc.total([1"
    ),
    _edit("T42", "drop the rows' expectation", "assert calc.add(left, right) == result", "assert result"),
    _edit("T43", "override a fixture in the file", _HEAD, _ADDER + _HEAD),
    _edit("T44", "mark the module", "import calc\n", "import calc\n\npytestmark = pytest.mark.xfail\n"),
    _edit("T45", "a coroutine nobody awaits", _HEAD, "async " + _HEAD),
    _edit("T46", "a lambda in its place", _ADD, "test_add = lambda: None\n"),
    _edit("T47", "no test by its attribute", "class TestTotal", "test_add.__test__ = False\n\n\nclass TestTotal"),
    _edit("T48", "leave the run from within", _HEAD, _HEAD + "    pytest.exit('done', returncode=0)\n"),
    _edit("T49", "delete a name behind it", "class TestTotal", "del test_add\n\n\nclass TestTotal"),
    _other("T50", "move the tests out of sight", {_CALC: None, "old/test_calc.txt": TEST_CALC}, "test-deleted"),
    _other("T51", "remove an entry of the golden data", {"tests/golden.json": '[{"of": [40, 2], "is": 42}]\n'}),
    _other("T52", "expect the bug in the golden data", {"tests/golden.json": '[{"of": [40, 2], "is": 38}]\n'}),
    _other("T53", "delete the golden data", {"tests/golden.json": None}, "test-deleted"),
    _other("T28", "an autouse fixture that is called a test", {_GOLDEN: TEST_GOLDEN + _AUTOUSE}),
)
