"""The suite: which file rules, and what belongs to the tests."""

import pytest

from journeyman.domain.errors import UserError
from journeyman.judge.suite import read_suite

PYPROJECT = b'[project]\nname = "x"\n\n[tool.pytest.ini_options]\ntestpaths = ["checks", "./more/"]\npython_files = "check_*.py"\n'


def test_without_configuration_names_decide() -> None:
    suite = read_suite({"pyproject.toml": b'[project]\nname = "x"\n'})
    assert suite.config == ""
    assert all(map(suite.owns, ("test_a.py", "a_test.py", "conftest.py", "src/tests/data.json", "tests/helpers.py")))
    assert not any(map(suite.owns, ("tests.py", "src/testing/a.py", "contest.py", "latest.py", "src/attest.py")))


def test_the_configuration_names_more() -> None:
    suite = read_suite({"pyproject.toml": PYPROJECT, "tox.ini": b"[tox]\n"})
    assert (suite.config, suite.folders) == ("pyproject.toml", ("checks", "more"))
    assert suite.owns("checks/data.csv")
    assert suite.is_test_file("src/check_a.py")
    assert not suite.is_test_file("src/test_a.py")


@pytest.mark.parametrize(
    ("configs", "ruling"),
    [
        ({"pytest.ini": b"", "pyproject.toml": PYPROJECT}, "pytest.ini"),
        ({"pytest.toml": b"", "pytest.ini": b""}, "pytest.toml"),
        ({"tox.ini": b"[pytest]\n", "setup.cfg": b"[tool:pytest]\n"}, "tox.ini"),
        ({"tox.ini": b"[tox]\n", "setup.cfg": b"[tool:pytest]\n"}, "setup.cfg"),
        ({"setup.cfg": b"[pytest]\n"}, ""),
    ],
)
def test_the_first_file_that_speaks_rules(configs: dict[str, bytes], ruling: str) -> None:
    assert read_suite(configs).config == ruling


def test_import_roots_are_the_configurations_own() -> None:
    assert read_suite({"pytest.ini": b"[pytest]\npythonpath = . lib/\n"}).import_roots == ("", "lib")
    assert read_suite({}).import_roots == ("src", "")


@pytest.mark.parametrize("configs", [{"pyproject.toml": b"[tool"}, {"setup.cfg": b"pytest\n"}])
def test_a_file_that_does_not_parse_is_the_persons_to_mend(configs: dict[str, bytes]) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        read_suite(configs)
