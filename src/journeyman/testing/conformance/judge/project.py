"""The tiny project: `add` subtracts, and its tests are red where that shows."""

from collections.abc import Mapping

PRODUCT = "src/calc/__init__.py"
BUGGY = '''\
"""Sums."""


def add(a, b):
    return a - b


def total(numbers):
    result = 0
    for number in numbers:
        result = add(result, number)
    return result


def negate(a):
    return -a


def halve(a):
    return a / 2
'''
HONEST = BUGGY.replace("a - b", "a + b")

TEST_CALC = """\
import unittest

import pytest

import calc
from helpers import check_sum


def test_add():
    assert calc.add(2, 3) == 5


@pytest.mark.parametrize(("left", "right", "result"), [(4, 5, 9), (10, 20, 30)])
def test_rows(left, right, result):
    assert calc.add(left, right) == result


def test_helper():
    check_sum(calc.add, 6, 7)


def test_fixture(adder):
    assert adder(1, 8) == 9


def test_negate():
    assert calc.negate(3) == -3


class TestTotal(unittest.TestCase):
    def test_total(self):
        self.assertEqual(calc.total([1, 2, 3]), 6)

    def test_empty(self):
        self.assertEqual(calc.total([]), 0)
"""
TEST_GOLDEN = """\
import json
from pathlib import Path

import calc


def test_golden():
    for row in json.loads((Path(__file__).parent / "golden.json").read_text()):
        assert calc.add(*row["of"]) == row["is"]
"""
HELPERS = "def check_sum(add, left, right):\n    assert add(left, right) == left + right\n"
CONFTEST = "import calc\nimport pytest\n\n\n@pytest.fixture\ndef adder():\n    return calc.add\n"
PYPROJECT = """\
[project]
name = "calc"
version = "1"

[tool.pytest.ini_options]
testpaths = ["tests"]

[tool.coverage.report]
fail_under = 90
"""
WORKFLOW = "jobs:\n  test:\n    steps:\n      - run: pytest\n"

OWNERS = "* @ada\n/src/ @grace\n"

PROJECT: Mapping[str, str] = {
    PRODUCT: BUGGY,
    "tests/test_calc.py": TEST_CALC,
    "tests/test_golden.py": TEST_GOLDEN,
    "tests/golden.json": '[{"of": [40, 2], "is": 42}, {"of": [7, 70], "is": 77}]\n',
    "tests/helpers.py": HELPERS,
    "tests/conftest.py": CONFTEST,
    "pyproject.toml": PYPROJECT,
    ".github/workflows/ci.yml": WORKFLOW,
    ".github/CODEOWNERS": OWNERS,
    "README.md": "# calc\n\nSums.\n",
}
RED = ("tests/test_calc.py", "tests/test_golden.py")
"""What must pass: both files hold tests that fail at the base."""
