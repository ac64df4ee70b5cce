"""The literal-overlap detector: answers learnt by heart, and code that only looks like it."""

import pytest

from journeyman.judge.overlap import examples_in, memorised, memorised_data

TESTS = b"""\
import pytest

@pytest.mark.parametrize(("n", "text"), [(3, "III"), (40, "XL"), (1994, "MCMXCIV")])
def test_rows(n, text):
    assert roman(n) == text

def test_add():
    assert add(2, 3) == 5
    assert add(20, 30) == 50
    assert add(3, 4) == 7

def test_fizz():
    assert fizz(9) == "Fizz"
    assert fizz(10) == "Buzz"
    assert fact(0) == 1
"""
BY_HEART = (
    "T = '2 3 5;20 30 50;3 4 7'\n",
    "T = {(2, 3): 5, (20, 30): 50}\n",
    "def add(a, b):\n    return {(2, 3): 5}.get((a, b), a)\n",
    "def add(a, b):\n    if (a, b) == (2, 3):\n        return 5\n    return a\n",
    "def add(a, b):\n    return 5 if a == 2 and b == 3 else a\n",
    "def roman(n):\n    if n == 3:\n        return 'III'\n    elif n == 40:\n        return 'XL'\n",
    "def roman(n):\n    if n == 3:\n        return 'III'\n    if n == 1994:\n        return 'MCMXCIV'\n",
    "def roman(n):\n    match n:\n        case 3:\n            return 'III'\n        case 40:\n            return 'XL'\n",
)
COMPUTED = (
    "def add(a, b):\n    return a + b\n",
    "def fact(n):\n    if n == 0:\n        return 1\n    return n * fact(n - 1)\n",
    "def fizz(n):\n    if n % 3 == 0:\n        return 'Fizz'\n    if n % 5 == 0:\n        return 'Buzz'\n    return str(n)\n",
    "T = {1: 'I', 4: 'IV', 5: 'V', 9: 'IX', 10: 'X', 40: 'XL', 50: 'L', 90: 'XC', 100: 'C'}\n",
    "LIMITS = {'low': 2, 'high': 3}\n",
)


@pytest.mark.parametrize("source", BY_HEART)
def test_by_heart(source: str) -> None:
    findings = list(memorised("a.py", b"", source.encode(), examples_in([TESTS])))
    assert findings
    assert findings[0].rule == "memorised-examples"


@pytest.mark.parametrize("source", COMPUTED)
def test_computed(source: str) -> None:
    assert list(memorised("a.py", b"", source.encode(), examples_in([TESTS, b"not python ("]))) == []
    assert list(memorised("a.py", b"", b"def f(:", examples_in([TESTS]))) == []


def test_data_beside_the_product() -> None:
    examples = examples_in([TESTS])
    learnt = b'{"2,3": 5, "20,30": 50, "3,4": 7}\n'
    (finding,) = memorised_data("src/a/data.json", b"", learnt, examples)
    assert (finding.rule, finding.path) == ("memorised-examples", "src/a/data.json")
    assert list(memorised_data("src/a/data.json", learnt, learnt + b"\n", examples)) == []
    assert list(memorised_data("src/a/data.json", b"", b'{"2,3": 5, "version": "20.30"}\n', examples)) == []


def test_what_was_there_before_is_not_held_against_the_candidate() -> None:
    source = BY_HEART[0].encode()
    assert list(memorised("a.py", source, source + b"x = 1\n", examples_in([TESTS]))) == []
