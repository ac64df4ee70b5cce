"""The roster: which runners a tree needs, and one measurement of several."""

import pytest

from journeyman.domain.command import Ending
from journeyman.domain.errors import UserError
from journeyman.domain.verification import TestOutcome, TestResult
from journeyman.judge.measurement import Measurement, together
from journeyman.judge.runners.python_style import only_unittest
from journeyman.judge.runners.roster import Roster, bare_workbench, recognise
from journeyman.judge.runners.runner import TreeView
from journeyman.judge.sentinel import can_be_heard
from journeyman.judge.suite import Suite
from journeyman.judge.suite import together as one_suite
from journeyman.settings import JudgeSettings


def view(files: dict[str, str]) -> TreeView:
    contents = {path: text.encode() for path, text in files.items()}
    return TreeView(paths=tuple(sorted(files)), contents=contents, settings=JudgeSettings())


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"test_a.py": "import unittest\nclass T(unittest.TestCase):\n    def test_x(self): pass\n"}, True),
        ({"test_a.py": "import unittest\ndef test_x(): pass\n"}, False),
        ({"test_a.py": "import unittest\nclass T:\n    def test_x(self): pass\n"}, False),
        ({"test_a.py": "import unittest, pytest\n"}, False),
        ({"test_a.py": "import unittest\n", "conftest.py": ""}, False),
        ({"test_a.py": "import unittest\n", "requirements-dev.txt": "pytest>=8\n"}, False),
        ({"a.py": ""}, False),
    ],
)
def test_a_tree_for_unittest_alone(files: dict[str, str], *, expected: bool) -> None:
    assert only_unittest(view(files)) is expected


def test_a_suite_of_parts_owns_what_its_parts_own() -> None:
    web = Suite(runner="vitest", root="web", file_patterns=("*.test.ts",), config_patterns=("vitest.config.ts",))
    both = one_suite((Suite(runner="pytest"), web))
    assert all(map(both.is_test_file, ("test_a.py", "web/src/a.test.ts")))
    assert not any(map(both.is_test_file, ("a.test.ts", "website/a.test.ts")))
    assert both.owns("web/test/data.json")
    assert both.configures("web/vitest.config.ts")
    assert not both.configures("vitest.config.ts")
    assert one_suite((web,)) is web


def ran(node_id: str, **fields: object) -> Measurement:
    known = {"ending": Ending.EXITED, "complete": True, "status": 0}
    result = TestResult(node_id=node_id, outcome=TestOutcome.PASSED)
    return Measurement(results=(result,), **(known | fields))  # type: ignore[arg-type] # by name


def test_two_runners_make_one_measurement() -> None:
    crashed = {"complete": False, "ending": Ending.TIMED_OUT, "status": -1, "running": "web/b.test.ts::x"}
    run = together({"pytest": ran("a.py::x"), "vitest:web": ran("web/b.test.ts::x", **crashed)})
    assert [result.node_id for result in run.results] == ["a.py::x", "web/b.test.ts::x"]
    assert (run.ended, run.ending, run.running) == (False, Ending.TIMED_OUT, "web/b.test.ts::x")
    assert together({"pytest": ran("a.py::x"), "unittest": ran("a.py::x")}).duplicates == ("a.py::x",)


def test_each_runner_must_hear_both_kinds_of_sentinel() -> None:
    kinds = {"assert", "pass", "exit-status"}
    assert can_be_heard(kinds, kinds)
    assert not can_be_heard(kinds, {"pass", "exit-status"})
    assert not can_be_heard(kinds, {"assert"})
    assert can_be_heard(set(), set())
    assert not can_be_heard({"a/assert", "a/pass", "b/assert", "b/unittest-pass"}, {"a/assert", "a/pass", "b/assert"})


def test_files_that_tests_came_from_are_tests_whatever_they_are_called() -> None:
    suite = Suite(runner="jest", root="web", file_patterns=("*.test.js",)).with_files(["web/checks/a.js"])
    assert suite.owns("web/checks/a.js")
    assert suite.is_test_file("web/a.test.js")
    assert not suite.owns("web/checks/b.js")


def test_a_language_without_tests_is_not_looked_at_when_another_has_some() -> None:
    def suites(*paths: str) -> list[str]:
        files = {path: b"module x" if path == "go.mod" else b"" for path in paths}
        return [suite.runner for suite in recognise(tuple(sorted(files)), files.__getitem__, JudgeSettings())]

    assert suites("go.mod", "a_test.go", "scripts/release.py") == ["go"]
    assert suites("go.mod", "a_test.go", "tests/test_a.py") == ["go", "pytest"]
    assert suites("a.py") == ["pytest"]
    with pytest.raises(UserError, match="no test runner is recognised"):
        suites("README.md")


def test_what_a_suites_runners_rest_on_is_known_but_for_a_persons_own_command() -> None:
    roster = Roster(bare_workbench(JudgeSettings()))
    python, go, command = (Suite(runner=name, root=name) for name in ("pytest", "go", "command"))
    assert roster.knows_environment(one_suite((python, go)))
    assert not roster.knows_environment(one_suite((python, command)))
    assert (roster.sees_packages(python), roster.sees_packages(one_suite((python, go)))) == (True, False)
    assert roster.toolchains(one_suite((python, go))) == {"go:go": None}
