"""The sentinels of Python's two test tools."""

from journeyman.domain.verification import TestOutcome
from journeyman.judge.sentinel import Seed

_PASSED, _FAILED, _ERROR = TestOutcome.PASSED, TestOutcome.FAILED, TestOutcome.ERROR

PYTEST = Seed(
    file="test_$word.py",
    source="""\
import unittest

import pytest


def test_$a():
    assert $low + $low == $low2


def test_$b():
    left = $low
    assert left == $high


def test_$c():
    with pytest.raises(ValueError):
        $low


class Test$D(unittest.TestCase):
    def test_$d(self):
        self.assertEqual($low, $high)

    def test_$e(self):
        self.assertEqual($low, $low)


@pytest.mark.parametrize("value", [$low, $high])
def test_$f(value):
    assert value == $low


@pytest.fixture
def $g():
    raise LookupError($low)


def test_$h($g):
    pass


async def test_$i():
    assert $low == $high
""",
    expected={
        "test_$a": ("pass", _PASSED),
        "test_$b": ("assert", _FAILED),
        "test_$c": ("raises", _FAILED),
        "Test$D::test_$d": ("unittest", _FAILED),
        "Test$D::test_$e": ("unittest-pass", _PASSED),
        "test_$f[$low]": ("parametrised", _PASSED),
        "test_$f[$high]": ("parametrised", _FAILED),
        "test_$h": ("fixture", _ERROR),
        "test_$i": ("async", _FAILED),
    },
)

UNITTEST = Seed(
    file="test_$word.py",
    source="""\
import unittest


class Test$A(unittest.TestCase):
    def test_$a(self):
        assert $low + $low == $low2

    def test_$b(self):
        left = $low
        assert left == $high

    def test_$c(self):
        with self.assertRaises(ValueError):
            $low

    def test_$d(self):
        self.assertEqual($low, $high)

    def test_$e(self):
        self.assertEqual($low, $low)

    def test_$f(self):
        for value in ($low, $high):
            with self.subTest(value=value):
                self.assertEqual(value, $low)


class Test$G(unittest.TestCase):
    def setUp(self):
        raise LookupError($low)

    def test_$h(self):
        pass
""",
    expected={
        "Test$A::test_$a": ("pass", _PASSED),
        "Test$A::test_$b": ("assert", _FAILED),
        "Test$A::test_$c": ("raises", _FAILED),
        "Test$A::test_$d": ("unittest", _FAILED),
        "Test$A::test_$e": ("unittest-pass", _PASSED),
        "Test$A::test_$f": ("parametrised", _FAILED),
        "Test$G::test_$h": ("fixture", _ERROR),
    },
)
