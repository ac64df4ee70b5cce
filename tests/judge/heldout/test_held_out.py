"""Held-out checks over real processes: what a person can write, and what no product can talk its way out of."""

from collections.abc import Awaitable, Callable

import pytest

from journeyman.domain.errors import UserError
from journeyman.domain.verification import Verification
from journeyman.judge.heldout.held_out import read_held_out
from journeyman.testing.conformance.judge import Bench

Lay = Callable[..., Awaitable[Bench]]
slow = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]
TEST = "import shop\n\n\ndef test_there():\n    assert shop\n"
SHOP = {"src/shop/__init__.py": "", "tests/test_shop.py": TEST}

PRODUCT = """\
import asyncio
import datetime
import enum
from dataclasses import dataclass
from decimal import Decimal


class Refused(ValueError):
    pass


class Colour(enum.Enum):
    RED = "red"


@dataclass(frozen=True)
class Money:
    cents: int

    def __add__(self, other):
        return Money(self.cents + other.cents)


class Till:
    def __init__(self):
        self.items = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.items.append("closed")

    def take(self, money):
        if money.cents < 0:
            raise Refused("no", money.cents)
        self.items.append(money.cents)
        return self


def plain():
    return [1, -2.5, "a\\ud800", b"x", None, True, (1,), {1: {2}}, Decimal("1.10"), datetime.date(2024, 2, 29), 10**30]


def double(numbers, by):
    return [by(n) for n in numbers]


async def later():
    return 3


def wait():
    return asyncio.run(later())
"""
CHECKS = """\
import math
from datetime import date
from decimal import Decimal

import shop.till
from shop.till import Colour, Money, Refused, Till, double, plain, wait

assert math.isclose(plain()[1], -2.5)


def check_plain_values_arrive_as_themselves():
    values = plain()
    assert values == [1, -2.5, "a\\ud800", b"x", None, True, (1,), {1: {2}}, Decimal("1.10"), date(2024, 2, 29), 10**30]
    assert [type(value) for value in values[:3]] == [int, float, str]


def check_objects_are_compared_by_what_they_hold():
    assert Money(2) + Money(3) == Money(5)
    assert Money(2) != Money(3)
    assert (Money(2) + Money(3)).cents == 5
    assert Colour.RED.value == "red"


def check_calls_chain_and_contexts():
    with Till() as till:
        assert till.take(Money(5)).take(Money(6)).items == [5, 6]
    assert till.items[-1] == "closed"
    assert 5 in Till().take(Money(5)).items


def check_exceptions():
    with raises(Refused):
        Till().take(Money(-1))
    try:
        Till().take(Money(-1))
    except ValueError as error:
        assert error.args == ("no", -1)
        assert isinstance(error, shop.till.Refused)


def check_callbacks():
    assert double([1, 2], lambda n: 10 * n) == [10, 20]


async def check_async():
    assert wait() == 3
"""


async def examined(lay: Lay, product: str, checks: str, **settings: object) -> Verification:
    held = read_held_out("held.py", checks.encode())
    bench = await lay({**SHOP, "src/shop/till.py": "# to be written\n"}, held_out=(held,), **settings)
    return await bench.verify({"src/shop/till.py": product})


class TestHonest:
    pytestmark = slow

    async def test_everything_a_person_may_write(self, lay: Lay) -> None:
        verification = await examined(lay, PRODUCT, CHECKS)
        assert verification.findings == ()
        held = verification.checks[-1]
        assert (held.name, len(held.results)) == ("held-out", 7)

    async def test_a_wrong_answer_names_the_check_and_the_line(self, lay: Lay) -> None:
        wrong = PRODUCT.replace("self.cents + other.cents", "self.cents")
        (finding,) = (await examined(lay, wrong, CHECKS)).findings
        assert (finding.rule, finding.node_id) == (
            "held-out-failed",
            "held-out::held.py::check_objects_are_compared_by_what_they_hold",
        )
        assert "AssertionError at line" in finding.reason


ANSWER = "from shop.till import answer\n\n\ndef check_answer():\n    assert answer() == 42\n"
_DEF = "\n\ndef answer():\n    return 41\n"
# Each of these would satisfy `assert answer() == 42`, or end the examination, were it in the same process.
CHEATS = {
    "equals everything": "class A(int):\n    __eq__ = lambda *_: True\n    __hash__ = int.__hash__\n\n\ndef answer():\n    return A(41)\n",
    "is equal by meta class": "class M(type):\n    def __eq__(cls, other):\n        return True\n    __hash__ = type.__hash__\n\n\nclass answer(metaclass=M):\n    pass\n",
    "patched builtins": "import builtins\n\nbuiltins.AssertionError = type('Quiet', (BaseException,), {})\nbuiltins.isinstance = lambda *_: True"
    + _DEF,
    "exits quietly": "import os\n\n\ndef answer():\n    os._exit(0)\n",
    "raises an exit": "def answer():\n    raise SystemExit(0)\n",
    "kills the examiner": "import os\n\nos.kill(os.getppid(), 9)" + _DEF,
    "kills everything": "import os\n\nos.kill(-1, 9)" + _DEF,
    "speaks on the line": 'import os\n\nfor n in range(64):\n    try:\n        os.write(n, b\'{"value": {"$": "int", "v": "42"}}\\n\')\n    except OSError:\n        pass\n\n\ndef answer():\n    os.kill(os.getpid(), 9)\n',
    "writes the report through /proc": "import os\n\nfor n in range(64):\n    try:\n        with open(f'/proc/{os.getppid()}/fd/{n}', 'wb', buffering=0) as f:\n            f.write(b'{\"results\": [], \"token\": \"0\"}')\n    except OSError:\n        pass"
    + _DEF,
    "reads the examiner's memory": "import os, re\n\n\ndef answer():\n    with open(f'/proc/{os.getppid()}/mem', 'rb') as f:\n        return 42 if f else 41\n",
    "looks for the checks on disk": "import pathlib\n\n\ndef answer():\n    found = [p for r in ('/work', '/opt', '/tmp') for p in pathlib.Path(r).rglob('*.py') if 'answer() == ' + '42' in p.read_text()]\n    return 42 if found else 41\n",
    "reads the tests": "import pathlib\n\n\ndef answer():\n    return 42 if pathlib.Path('/work/tests').exists() else 41\n",
    "knows the runner": "import sys\n\n\ndef answer():\n    return 42 if {'pytest', '_pytest', 'unittest'} & set(sys.modules) else 41\n",
    "never answers": "def answer():\n    while True:\n        pass\n",
    "answers with a promise": "class P:\n    def __getattr__(self, name):\n        return lambda *_, **__: 42\n    __int__ = __index__ = lambda self: 42\n\n\ndef answer():\n    return P()\n",
}


class TestCheats:
    pytestmark = slow

    @pytest.mark.parametrize("product", [pytest.param(text, id=name) for name, text in CHEATS.items()])
    async def test_no_cheat_holds(self, lay: Lay, product: str) -> None:
        from journeyman.settings import JudgeSettings

        quick = JudgeSettings(wall_time_s=15.0, baseline_runs=1)
        held = read_held_out("held.py", ANSWER.encode())
        bench = await lay({**SHOP, "src/shop/till.py": "# to be written\n"}, quick, held_out=(held,))
        verification = await bench.verify({"src/shop/till.py": product})
        assert "held-out-failed" in {finding.rule for finding in verification.findings}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"def check_it(:\n", "is not Python"),
        (b"\xff\xfe", "is not Python"),
        (b"import shop\n\n\ndef helper():\n    assert shop\n", "checks nothing"),
    ],
)
def test_a_file_that_checks_nothing_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(UserError, match=says):
        read_held_out("held.py", content)
