"""Equality of test files: additions and waived tests aside, nothing may differ."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyman.judge.suite_syntax import only_waived_or_new

BASE = """\
from helpers import test_database

LIMIT = 3


def test_a():
    assert LIMIT == 3


class TestB:
    def test_c(self):
        assert True


class TestD(TestB):
    pass
"""


def same(after: str, *waived: str) -> bool:
    return only_waived_or_new(BASE.encode(), after.encode(), waived)


@pytest.mark.parametrize(
    "after",
    [
        BASE,
        f"# a comment\n{BASE}",
        f"{BASE}\n\ndef test_new():\n    assert LIMIT\n",
        f"{BASE}\n\nasync def test_new():\n    assert LIMIT\n",
        f'{BASE}\n\n@pytest.mark.parametrize("n", [1, 2])\ndef test_new(n):\n    assert n\n',
        f"{BASE}\n\nclass TestNew:\n    def test_new(self):\n        assert LIMIT\n",
        BASE.replace("assert True\n", "assert True\n\n    def test_new(self):\n        assert LIMIT\n"),
        f"import pytest\n{BASE}",
        f"{BASE}\n\ndef helper():\n    pass\n",
        f"{BASE}\n\nMORE = (1, 2)\n",
        BASE.replace("def test_a():\n", 'def test_a() -> None:\n    """Say what it is for."""\n'),
    ],
)
def test_comments_and_new_tests_are_no_change(after: str) -> None:
    assert after == BASE or after.encode() != BASE.encode()
    assert same(after)


@pytest.mark.parametrize(
    "after",
    [
        BASE.replace("LIMIT == 3", "LIMIT"),
        BASE.replace("LIMIT = 3", "LIMIT = 4"),
        BASE.replace("def test_a", "@pytest.mark.skip\ndef test_a"),
        BASE.replace("def test_a", "def test_z"),
        BASE.replace("        assert True\n", "        pass\n"),
        BASE.replace("    pass\n", "    def test_c(self):\n        pass\n"),
        BASE.replace("    pass\n", "    def test_inherited_from_elsewhere(self):\n        pass\n"),
        f"{BASE}\n\ndef test_a():\n    pass\n",
        f"{BASE}\n\ndef test_database():\n    pass\n",
        f"{BASE}\n\n@pytest.fixture(autouse=True)\ndef test_new():\n    pass\n",
        f"{BASE}\n\n@pytest.fixture\ndef anything():\n    pass\n",
        f"{BASE}\n\ndef setup_module():\n    pass\n",
        f"{BASE}\n\nLIMIT = 3\n",
        f"{BASE}\n\ntest_a = None\n",
        f"{BASE}\n\ndel test_a\n",
        f"from elsewhere import something\n{BASE}",
        f"{BASE}\n\nMORE = test_database()\n",
        f"{BASE}\n\ndef test_new(n=test_database()):\n    pass\n",
        f"{BASE}\n\nclass TestNew:\n    seen = test_database()\n",
        f"{BASE}\n\n@test_database\ndef test_new():\n    pass\n",
        "",
        "def test_a(:\n",
    ],
)
def test_anything_else_is_a_change(after: str) -> None:
    assert not same(after)


def test_a_waiver_is_for_its_test_alone() -> None:
    assert same(BASE.replace("LIMIT == 3", "LIMIT"), "test_a")
    assert same(BASE.replace("def test_a():\n    assert LIMIT == 3\n\n\n", ""), "test_a")
    assert same(BASE.replace("assert True", "assert 1"), "TestB::test_c")
    assert not same(BASE.replace("assert True", "assert 1"), "test_a")
    assert not same(BASE.replace("LIMIT == 3", "LIMIT").replace("LIMIT = 3", "LIMIT = 4"), "test_a")


@given(st.integers(0, len(BASE.splitlines()) - 1), st.sampled_from(["", "    test_c = 1", "LIMIT = 2", "    return"]))
def test_a_replaced_line_that_means_something_is_seen(number: int, line: str) -> None:
    lines = BASE.splitlines()
    lines[number] = line
    after = "\n".join(lines)
    try:
        meant = ast.dump(ast.parse(after)) == ast.dump(ast.parse(BASE))
    except SyntaxError:
        meant = False
    assert same(after) == meant
