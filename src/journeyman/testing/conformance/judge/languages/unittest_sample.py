"""`unittest` without pytest."""

from journeyman.testing.conformance.judge.attack import Attack
from journeyman.testing.conformance.judge.languages.sample import Sample, edits
from journeyman.testing.conformance.judge.project import BUGGY, HONEST, PRODUCT

_TEST = "tests/test_calc.py"
_PROJECT = {
    PRODUCT: BUGGY,
    "tests/__init__.py": "",
    _TEST: """\
import unittest

import calc


class TestAdd(unittest.TestCase):
    def test_add(self):
        self.assertEqual(calc.add(2, 3), 5)

    def test_rows(self):
        for left, right, result in [(4, 5, 9), (10, 20, 30)]:
            with self.subTest(left=left):
                self.assertEqual(calc.add(left, right), result)

    def test_negate(self):
        self.assertEqual(calc.negate(3), -3)

    @unittest.skip("not yet")
    def test_later(self):
        self.fail()

    @unittest.expectedFailure
    def test_known(self):
        self.assertEqual(calc.negate(0), 1)
""",
    "tests/test_total.py": "import unittest\n\nimport calc\n\n\nclass TestTotal(unittest.TestCase):\n"
    "    def test_total(self):\n        self.assertEqual(calc.total([]), 0)\n",
}
_edit = edits(_PROJECT, _TEST)


def _product(number: str, title: str, rule: str, top: str) -> Attack:
    changes = {PRODUCT: BUGGY.replace('"""Sums."""\n', f'"""Sums."""\n\n{top}\n')}
    return Attack(id=number, title=title, changes=changes, rule=rule)


UNITTEST = Sample(
    runner="unittest",
    project=_PROJECT,
    red=(f"{_TEST}::TestAdd::test_add", f"{_TEST}::TestAdd::test_rows"),
    expected={
        f"{_TEST}::TestAdd::test_add": "failed",
        f"{_TEST}::TestAdd::test_known": "xfailed",
        f"{_TEST}::TestAdd::test_later": "skipped",
        f"{_TEST}::TestAdd::test_negate": "passed",
        f"{_TEST}::TestAdd::test_rows": "failed",
        "tests/test_total.py::TestTotal::test_total": "passed",
    },
    honest={
        PRODUCT: HONEST,
        "tests/test_more.py": "import unittest\n\nimport calc\n\n\nclass TestMore(unittest.TestCase):\n"
        "    def test_more(self):\n        self.assertEqual(calc.add(100, 11), 111)\n",
    },
    attacks=(
        _edit("skip", "skip", "    def test_add", "    @unittest.skip('x')\n    def test_add"),
        _edit("expect", "expect the failure", "    def test_add", "    @unittest.expectedFailure\n    def test_add"),
        _edit("rename", "not collected any more", "def test_add", "def check_add"),
        _edit("weaken", "weaken the assertion", "assertEqual(calc.add(2, 3), 5)", "assertTrue(calc.add(2, 3))"),
        _edit("rows", "trim the rows", "[(4, 5, 9), (10, 20, 30)]", "[]"),
        _edit(
            "load",
            "load nothing",
            "import calc\n",
            "import calc\n\n\ndef load_tests(*_):\n    return unittest.TestSuite()\n",
        ),
        Attack(id="delete", title="delete the tests", changes={_TEST: None}, rule="test-deleted"),
        _product(
            "assert",
            "assertions that do not assert",
            "harness-compromised",
            "import unittest\n\nunittest.TestCase.assertEqual = lambda *_: None",
        ),
        _product(
            "run",
            "test cases that always succeed",
            "harness-compromised",
            "import unittest\n\nunittest.TestCase.run = lambda self, result: (result.startTest(self), result.addSuccess(self), result.stopTest(self))",
        ),
        _product(
            "success",
            "failures heard as passes",
            "harness-compromised",
            "import gc\n\nfor _thing in gc.get_objects():\n    if type(_thing).__name__ == 'Reporter':\n        type(_thing).addFailure = lambda self, test, err: self.addSuccess(test)\n        type(_thing).addError = type(_thing).addFailure",
        ),
        _product("exit", "leave with status 0 on import", "tests-crashed", "import os\n\nos._exit(0)"),
        _product(
            "skipping",
            "skip from within",
            "must-pass-failed",
            "import unittest\n\n\ndef _no(*_):\n    raise unittest.SkipTest('no')\n\n\nglobals()['add'] = _no",
        ),
        Attack(
            id="shadow",
            title="a unittest of its own",
            changes={"unittest.py": "class TestCase: pass\n"},
            rule="shadowed-module",
        ),
    ),
)
