"""What candidates do, asked in a real sandbox."""

from pathlib import Path

import pytest
from tests.judge.conftest import Lay

from journeyman.domain.behaviour import Probe
from journeyman.domain.candidate import Candidate, FileChange

FILES = {
    "shop/__init__.py": "",
    "shop/cart.py": "def total(prices):\n    return 0\n",
    "tests/test_cart.py": "from shop.cart import total\n\n\ndef test_empty():\n    assert total([]) == 0\n",
}
ASKED = "from shop.cart import total\n"


def candidate(name: str, body: str, *more: FileChange) -> Candidate:
    change = FileChange(path="shop/cart.py", content=f"def total(prices):\n{body}".encode())
    return Candidate(id=name, changes=tuple(sorted((change, *more), key=lambda one: one.path)))


def probe(name: str, body: str) -> Probe:
    return Probe(id=name, source=ASKED + body)


async def test_candidates_are_told_apart_by_what_they_answer(lay: Lay) -> None:
    bench = await lay(FILES)
    right, other = candidate("0.1", "    return sum(prices)\n"), candidate("1.1", "    return sum(prices[:2])\n")
    probes = [probe("two", "tell(total([1, 2]))\n"), probe("three", "tell(total([1, 2, 3]))\n")]
    first, second = await bench.judge.behaviour(bench.ground, [right, other], probes)
    assert (first.candidate, second.candidate) == ("0.1", "1.1")
    assert first.answers["two"] == second.answers["two"]
    assert first.answers["three"] != second.answers["three"]


async def test_what_is_raised_slow_or_different_each_time_is_an_answer_or_is_left_out(lay: Lay) -> None:
    bench = await lay(FILES)
    odd = candidate(
        "0.1",
        "    import random\n    if not prices:\n        raise KeyError('x')\n"
        "    while prices == [9]:\n        pass\n    return random.random() if prices == [7] else {'b': 1.0, 'a': [2]}\n",
    )
    probes = [probe(f"p{value}", f"tell(total({value}))\n") for value in ("[]", "[9]", "[7]", "[1]")]
    (seen,) = await bench.judge.behaviour(bench.ground, [odd], probes)
    assert seen.answers["p[]"] == '["raised KeyError"]'
    assert seen.answers["p[9]"] == '["slow"]'
    assert "p[7]" not in seen.answers
    assert '"ended"' in seen.answers["p[1]"]


async def test_objects_are_compared_by_what_they_hold(lay: Lay) -> None:
    bench = await lay(FILES)
    body = "    class Sum:\n        def __init__(self):\n            self.value = sum(prices)\n    return Sum()\n"
    probes = [probe("p", "tell(total([1, 2]))\n")]
    first, second = await bench.judge.behaviour(
        bench.ground, [candidate("0.1", body), candidate("1.1", body.replace("sum(prices)", "3"))], probes
    )
    assert first.answers == second.answers
    assert '"v": "3"' in first.answers["p"]


async def test_the_tests_that_one_brings_along_are_run_against_all(lay: Lay) -> None:
    bench = await lay(FILES)
    test = FileChange(
        path="tests/test_more.py",
        content=b"from shop.cart import total\n\n\ndef test_three():\n    assert total([1, 2, 3]) == 6\n",
    )
    right = candidate("0.1", "    return sum(prices)\n", test)
    other = candidate("1.1", "    return sum(prices[:2])\n")
    first, second = await bench.judge.behaviour(bench.ground, [right, other], [])
    (node,) = first.answers
    assert node.endswith("::test_three")
    assert (first.answers[node], second.answers[node]) == ("passed", "failed")


@pytest.mark.parametrize("attack", ["import os; os._exit(0)", "import sys; sys.stdout.write('x')", "raise SystemExit"])
async def test_a_product_that_ends_or_babbles_spoils_its_own_answers_alone(lay: Lay, attack: str) -> None:
    bench = await lay(FILES)
    bad = candidate("0.1", f"    if prices == [6]:\n        {attack}\n    return 1\n")
    probes = [probe("p6", "tell(total([6]))\n"), probe("p1", "tell(total([1]))\n")]
    (seen,) = await bench.judge.behaviour(bench.ground, [bad], probes)
    assert '"ended"' in seen.answers["p1"]


async def test_formatting_alone_is_no_difference(lay: Lay, tmp_path: Path) -> None:
    del tmp_path
    bench = await lay(FILES)
    one, same = (
        candidate("0.1", "    return sum(prices)\n"),
        candidate("1.1", "    # add up\n    return sum( prices )\n"),
    )
    assert await bench.judge.likeness(bench.ground, one) == await bench.judge.likeness(bench.ground, same)
