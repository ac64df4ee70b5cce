"""Attacks in the tests that a candidate adds: they prove nothing, ask a mock, or change what others see."""

from journeyman.testing.conformance.judge.attack import Attack
from journeyman.testing.conformance.judge.project import HONEST, PRODUCT

_NEW = "tests/test_more.py"


def _new(number: str, title: str, rule: str, body: str) -> Attack:
    """Return an attack that mends the bug in earnest and adds a test that should not count."""
    return Attack(id=number, title=title, changes={PRODUCT: HONEST, _NEW: f"import calc\n\n\n{body}"}, rule=rule)


ADDITION_ATTACKS = (
    _new("N01", "a new test that asserts True", "new-test-proves-nothing", "def test_more():\n    assert True\n"),
    _new(
        "N01b",
        "a new test that asks for anything at all",
        "new-test-proves-nothing",
        "def test_more():\n    assert calc.add(1, 1) is not None\n",
    ),
    _new(
        "N01c",
        "a new test of what nobody changed",
        "new-test-proves-nothing",
        "def test_more():\n    assert calc.halve(4) == 2\n",
    ),
    _new(
        "N02",
        "a new test that expects what the code computes",
        "new-test-repeats-code",
        "def test_more():\n    a, b = 100, 11\n    assert calc.add(a, b) == a + b\n",
    ),
    _new(
        "N03",
        "a new test that replaces what it tests",
        "new-test-mocks-subject",
        "def test_more(monkeypatch):\n    monkeypatch.setattr(calc, 'add', lambda a, b: 111)\n"
        "    assert calc.add(100, 11) == 111\n",
    ),
    _new(
        "N03b",
        "a new test that asks mocks",
        "new-test-mocks-subject",
        "from unittest.mock import MagicMock\n\n\ndef test_more():\n    adder = MagicMock(return_value=3)\n"
        "    adder(calc.add(1, 2))\n    adder.assert_called_once_with(3)\n    assert adder.call_count == 1\n",
    ),
    _new(
        "N06",
        "a new test that passes once",
        "new-test-flaky",
        "def test_a():\n    calc.seen = True\n    assert calc.add(1, 1) == 2\n\n\n"
        "def test_b():\n    assert calc.seen\n    assert calc.add(2, 2) == 4\n",
    ),
    _new(
        "N08",
        "a new test that starts a program",
        "new-test-reaches-out",
        "import subprocess\n\n\ndef test_more():\n    assert calc.add(100, 11) == 111\n"
        "    assert subprocess.call(['true']) == 0\n",
    ),
    _new(
        "N08b",
        "a new test that reads the others",
        "new-test-reaches-out",
        "def test_more():\n    assert calc.add(100, 11) == 111\n    assert open('tests/golden.json').read()\n",
    ),
)
