"""A failing test as a spec: by its name, from a JUnit report, from what the runner printed."""

import io
from pathlib import Path

import pytest

from journeyman.adapters.sources.test import TestSource
from journeyman.domain.errors import UserError
from journeyman.domain.requirement import Kind
from journeyman.domain.spec import Spec

JUNIT = """\
<testsuites><testsuite name="pytest">
<testcase classname="tests.test_slug.TestSlug" name="test_dots[a.b]"><failure message="no">assert 'a.b' == 'ab'</failure></testcase>
<testcase classname="tests.test_slug" name="test_fine"/>
<testcase classname="tests.test_slug" name="test_skip"><skipped/></testcase>
<testcase classname="x" file="tests/test_other.py" name="test_boom"><error message="ValueError"/></testcase>
</testsuite></testsuites>
"""
PYTEST = "=== short test summary info ===\nFAILED tests/test_slug.py::test_dots - assert 'a.b' == 'ab'\nERROR tests/test_gone.py\n"
UNITTEST = "FAIL: test_dots (tests.test_slug.TestSlug)\n------\nTraceback (most recent call last):\n"
TRACEBACK = 'Traceback (most recent call last):\n  File "tests/test_slug.py", line 9, in test_dots\n    assert slug("a.b") == "ab"\nAssertionError\n'


async def load(rest: str) -> Spec:
    return await TestSource().load(rest)


async def test_a_report_names_what_failed_and_how(tmp_path: Path) -> None:
    (tmp_path / "junit.xml").write_text(JUNIT)
    spec = await load(str(tmp_path / "junit.xml"))
    assert spec.must_pass == ("tests/test_slug.py::TestSlug::test_dots[a.b]", "tests/test_other.py::test_boom")
    assert spec.kind is Kind.TEST_FIX
    assert "assert 'a.b' == 'ab'" in spec.intent
    assert spec.documents[0].text == JUNIT
    assert [item.tests for item in spec.criteria] == [(node,) for node in spec.must_pass]


@pytest.mark.parametrize(
    ("pasted", "nodes"),
    [
        (PYTEST, ("tests/test_slug.py::test_dots", "tests/test_gone.py")),
        (UNITTEST, ("tests/test_slug.py::TestSlug::test_dots",)),
        (TRACEBACK, ("tests/test_slug.py::test_dots",)),
        (
            "tests/test_slug.py:9: in test_dots\n    assert 1 == 2\nE   assert 1 == 2\n",
            ("tests/test_slug.py::test_dots",),
        ),
    ],
    ids=["pytest", "unittest", "traceback", "short"],
)
async def test_what_a_runner_printed(
    pasted: str, nodes: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out.txt").write_text(pasted)
    assert (await load(str(tmp_path / "out.txt"))).must_pass == nodes
    monkeypatch.setattr("sys.stdin", io.StringIO(pasted))
    assert (await load("-")).must_pass == nodes
    assert (await load("-")).must_pass == nodes, "a spec is read again before a delivery"


async def test_an_absolute_path_below_here_is_one_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.txt").write_text(TRACEBACK.replace("tests/", f"{tmp_path}/tests/"))
    assert (await load("t.txt")).must_pass == ("tests/test_slug.py::test_dots",)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("x.xml", "<testsuite><testcase name='a' classname='b'/></testsuite>", "no test failed"),
        ("x.xml", "<testsuite>", "is not XML"),
        ("x.xml", "<html/>", "no test suite"),
        ("x.xml", '<!DOCTYPE x [<!ENTITY a "b">]><testsuite/>', "declares entities"),
        ("x.txt", "everything is fine", "no test is named"),
        ("x.txt", 'File "/etc/test_x.py", line 1, in test_x', "is not a test id"),
        ("x.txt", "FAILED ../../etc/test_x.py::test_a - x", "is not a test id"),
        ("x.txt", "\n".join(f"FAILED t.py::test_{n}" for n in range(40)), "40 tests failed"),
    ],
)
async def test_a_report_that_names_no_work(name: str, text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UserError, match=words):
        await load(str(tmp_path / name))
