"""Which folders of a repository are Python projects that are measured by themselves."""

import pytest

from journeyman.domain.errors import UserError
from journeyman.judge.runners.roster import recognise
from journeyman.judge.suite import Suite
from journeyman.settings import JudgeSettings

CONFIGURED = '[tool.pytest.ini_options]\ntestpaths = ["tests"]\npythonpath = ["lib", "."]\n'
PROJECT = '[project]\nname = "x"\n'
TEST = "def test_x():\n    pass\n"


def suites(files: dict[str, str], runner: str = "auto") -> tuple[Suite, ...]:
    paths = tuple(sorted(files))
    return recognise(paths, lambda path: files[path].encode(), JudgeSettings(runner=runner))


def roots(files: dict[str, str], runner: str = "auto") -> list[str]:
    return [suite.root for suite in suites(files, runner)]


def test_a_configured_folder_is_measured_from_there() -> None:
    (found,) = suites({"services/x/pyproject.toml": CONFIGURED, "services/x/tests/test_a.py": TEST})
    assert (found.root, found.config) == ("services/x", "services/x/pyproject.toml")
    assert found.import_roots == ("services/x/lib", "services/x")
    assert found.owns("services/x/tests/data.json")
    assert not found.owns("tests/data.json")
    assert found.configures("services/x/pyproject.toml")


def test_several_folders_are_several_suites_and_the_rest_is_one_more() -> None:
    files = {
        "a/pytest.ini": "[pytest]\n",
        "a/test_a.py": TEST,
        "b/setup.cfg": "[tool:pytest]\n",
        "b/test_b.py": TEST,
        "tests/test_c.py": TEST,
    }
    rest, first, second = suites(files)
    assert (rest.root, first.root, second.root) == ("", "a", "b")
    assert rest.elsewhere == ("a", "b")
    assert rest.is_test_file("tests/test_c.py")
    assert not rest.is_test_file("a/test_a.py")
    assert roots({path: text for path, text in files.items() if path != "tests/test_c.py"}) == ["a", "b"]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pytest.ini": "[pytest]\n", "a/pytest.ini": "[pytest]\n", "a/test_a.py": TEST}, [""]),
        ({"pyproject.toml": PROJECT, "a/pyproject.toml": PROJECT, "a/test_a.py": TEST}, [""]),
        ({"pyproject.toml": PROJECT, "a/pyproject.toml": CONFIGURED, "a/test_a.py": TEST}, ["a"]),
        ({"pyproject.toml": "[tool.ruff]\n", "a/pyproject.toml": PROJECT, "a/test_a.py": TEST}, ["a"]),
        ({"a/setup.py": "", "a/test_a.py": TEST, "b/setup.py": "", "b/test_b.py": TEST}, ["a", "b"]),
        ({"a/pytest.ini": "[pytest]\n", "a/b/pytest.ini": "[pytest]\n", "a/b/test_a.py": TEST}, ["a"]),
        ({"tests/pytest.ini": "[pytest]\n", "tests/test_a.py": TEST}, ["tests"]),
        ({"tests/data/pytest.ini": "[pytest]\n", "tests/data/test_a.py": TEST}, [""]),
        ({"tests/data/pyproject.toml": PROJECT, "tests/test_a.py": TEST}, [""]),
        ({"a/pyproject.toml": "not [ toml", "test_a.py": TEST}, [""]),
    ],
)
def test_which_folders(files: dict[str, str], expected: list[str]) -> None:
    assert roots(files) == expected


def test_one_folders_broken_configuration_is_no_other_ones_trouble_but_the_roots_is() -> None:
    with pytest.raises(UserError, match=r"pyproject.toml cannot be read"):
        suites({"pyproject.toml": "not [ toml", "a/pytest.ini": "[pytest]\n", "test_a.py": TEST})


def test_a_person_may_name_the_folders() -> None:
    files = {"pytest.ini": "[pytest]\n", "test_a.py": TEST, "a/pytest.ini": "[pytest]\n", "b/pyproject.toml": PROJECT}
    assert roots(files, "pytest:a, pytest:b") == ["a", "b"]
    assert [suite.config for suite in suites(files, "pytest, pytest:a, pytest:c")] == ["pytest.ini", "a/pytest.ini", ""]
    assert roots({"package.json": "{}", "web/package.json": "{}"}, "node:test:web") == ["web"]


def test_unittest_alone_is_split_as_well() -> None:
    test = "import unittest\n\n\nclass T(unittest.TestCase):\n    def test_x(self):\n        pass\n"
    files = {"a/setup.py": "", "a/tests/test_a.py": test, "b/setup.py": "", "b/tests/test_b.py": test}
    assert [(suite.runner, suite.root) for suite in suites(files)] == [("unittest", "a"), ("unittest", "b")]
