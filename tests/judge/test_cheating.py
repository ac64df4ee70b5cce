"""The escalation list: what it says, on which lines, and what it leaves alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyman.domain.finding import Severity
from journeyman.judge.added_text import added_lines
from journeyman.judge.cheating import scan_product

SUSPICIOUS = {
    "import pytest": "imports `pytest`",
    "import unittest.mock": "imports `unittest.mock`",
    "from gc import get_objects": "imports `gc`",
    "import importlib; importlib.import_module('_pytest.runner')": "imports `_pytest.runner`",
    "import __main__": "imports `__main__`",
    "from sys import _getframe": "reaches for `sys._getframe`",
    "import sys as s\ns.modules": "reaches for `sys.modules`",
    "import os\nos._exit(0)": "reaches for `os._exit`",
    "import inspect\ninspect.stack()": "reaches for `inspect.stack`",
    "def f(e): return e.tb_frame.f_locals": "the state of its callers",
    "A = 'PYTEST_CURRENT_TEST'": "asks for `PYTEST_CURRENT_TEST`",
    "A = 'CI'": "asks for `CI`",
    "A = open('tests/golden.json')": "speaks of `tests/`",
    "A = open('/proc/1/maps')": "speaks of `/proc/`",
    "class A:\n    def __eq__(self, other):\n        return True": "always answers the same",
    "class A:\n    __eq__ = lambda self, other: True": "always answers the same",
    "A = type('A', (int,), {'__eq__': print})": "names `__eq__` in a string",
    "import json\njson.loads = None": "replaces a part of `json`",
    "from unittest_like import Case\nCase.check.deep = 1": "replaces a part of `unittest_like.Case`",
    "import json\nsetattr(json, 'loads', None)": "replaces a part of `json`",
    "def pytest_runtest_makereport(item, call):\n    call.excinfo = None": "defines `pytest_runtest_makereport`",
    "eval('1')": "calls `eval`",
}
HARMLESS = (
    "import os, sys, inspect\nA = inspect.signature(print), sys.argv, os.environ.get('HOME')",
    "from .parts import conf\nconf.value = 1",
    "class A:\n    def __eq__(self, other):\n        return isinstance(other, A) and self.x == other.x",
    "class A:\n    def __eq__(self, other):\n        if other is None:\n            return False\n        return True",
    "class A:\n    def __bool__(self):\n        return bool(self.items)",
    "def f():\n    '''Run as tests/test_a.py does, see conftest.'''",
    "A = 'protests', 'CIRCLE', 'attest'",
    "class A:\n    def go(self):\n        self.modules = {}",
)


@pytest.mark.parametrize(("source", "says"), SUSPICIOUS.items())
def test_suspicious(source: str, says: str) -> None:
    findings = list(scan_product("src/a.py", b"", source.encode()))
    assert any(says in finding.reason for finding in findings), findings
    assert {(finding.rule, finding.severity) for finding in findings} == {("knows-it-is-tested", Severity.ESCALATE)}


@pytest.mark.parametrize("source", HARMLESS)
def test_harmless(source: str) -> None:
    assert list(scan_product("src/a.py", b"", source.encode())) == []


def test_only_added_lines_are_read() -> None:
    before = b"import gc\n\n\ndef f():\n    return 1\n"
    assert list(scan_product("a.py", before, before.replace(b"1", b"2"))) == []
    (finding,) = scan_product("a.py", before, before + b"\n\nimport ctypes\n")
    assert finding.line == 8


def test_what_does_not_parse_is_left_to_the_tests() -> None:
    assert list(scan_product("a.py", b"", b"import gc\ndef f(:\n")) == []


@given(
    st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=8), st.lists(st.sampled_from([b"a", b"b", b"c"]), max_size=8)
)
def test_lines_that_were_not_added_were_there(before: list[bytes], after: list[bytes]) -> None:
    added = added_lines(b"\n".join(before), b"\n".join(after))
    kept = [line for number, line in enumerate(b"\n".join(after).splitlines(), 1) if number not in added]
    rest = iter(b"\n".join(before).splitlines())
    assert all(line in rest for line in kept)
