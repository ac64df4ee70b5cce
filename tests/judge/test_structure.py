"""Where a change lands: links, folders, and modules in front of other modules."""

import pytest

from journeyman.domain.candidate import FileChange
from journeyman.domain.finding import Severity
from journeyman.domain.snapshot import EntryKind, TreeEntry
from journeyman.judge.structure import collisions, lands_badly, shadows
from journeyman.judge.suite import Suite

PATHS = ("src/calc/__init__.py", "src/calc/rates.py", "tests/test_calc.py", "tests/helpers.py", "tool.py")
ENTRIES = {path: TreeEntry(path=path, kind=EntryKind.FILE, blob="0" * 40, size_bytes=1) for path in PATHS} | {
    "latest": TreeEntry(path="latest", kind=EntryKind.SYMLINK, blob="0" * 40, size_bytes=1),
    "vendor": TreeEntry(path="vendor", kind=EntryKind.SUBMODULE, blob="0" * 40, size_bytes=0),
}


def write(path: str, content: bytes | None = b"x = 1\n") -> FileChange:
    return FileChange(path=path, content=content)


@pytest.mark.parametrize("path", ["latest", "latest/a.py", "vendor", "vendor/a.py", "src", "src/calc", "tool.py/a"])
def test_lands_badly(path: str) -> None:
    (finding,) = lands_badly(write(path), ENTRIES)
    assert finding.rule == "unsafe-path"


@pytest.mark.parametrize("path", ["tool.py", "src/calc/new.py", "srcs", "new/deep/file.txt"])
def test_lands_well(path: str) -> None:
    assert list(lands_badly(write(path), ENTRIES)) == []


@pytest.mark.parametrize(
    "path",
    [
        *("calc.py", "calc/__init__.py", "tests/calc.py", "src/calc.py", "helpers.py", "src/tool.py"),
        *("json.py", "src/json/__init__.py", "tests/random.py", "pytest.py", "_pytest/__init__.py", "src/pluggy.py"),
    ],
)
def test_shadowing(path: str) -> None:
    assert [finding.rule for finding in shadows((write(path),), PATHS, Suite())] == ["shadowed-module"]


@pytest.mark.parametrize(
    "path",
    [
        "src/calc/json.py",
        "src/other.py",
        "tests/test_json.py",
        "docs/calc.md",
        "site/build.py",
        "src/__main__.py",
        "tool.py",
    ],
)
def test_no_shadowing(path: str) -> None:
    assert shadows((write(path),), PATHS, Suite()) == ()


def test_in_a_package_of_tests_a_product_modules_name_goes_to_a_person() -> None:
    package = (*PATHS, "tests/__init__.py", "tests/unit/__init__.py")
    for path in ("tests/calc.py", "tests/unit/tool.py"):
        (finding,) = shadows((write(path),), package, Suite())
        assert (finding.rule, finding.severity) == ("shadowed-module", Severity.ESCALATE)
    for path in ("tests/calc/__init__.py", "tests/calc/test_rates.py", "tests/rates.py", "tests/json.py"):
        assert shadows((write(path),), package, Suite()) == ()


@pytest.mark.parametrize("path", ["src/calc/rates/__init__.py", "tests/unit.py", "src/calc/more/deep.py"])
def test_a_package_beside_a_module_of_its_name(path: str) -> None:
    paths = (*PATHS, "tests/unit/__init__.py", "src/calc/more/deep/__init__.py")
    assert [finding.rule for finding in shadows((write(path),), paths, Suite())] == ["shadowed-module"]


def test_a_module_that_becomes_a_package_hides_nothing() -> None:
    assert shadows((write("src/calc/rates/__init__.py"), write("src/calc/rates.py", None)), PATHS, Suite()) == ()


@pytest.mark.parametrize("path", ["Tool.py", "Tests/test_new.py", "tests/Test_calc.py", "src/CALC/new.py", "SRC"])
def test_a_path_that_differs_by_case_alone(path: str) -> None:
    assert [finding.rule for finding in collisions((write(path),), PATHS)] == ["unsafe-path"]


def test_a_path_that_changes_its_case_collides_with_nothing() -> None:
    assert list(collisions((write("Tool.py"), write("tool.py", None), write("docs/Tool.py")), PATHS)) == []
    assert [f.path for f in collisions((write("a/\u00e9.py"), write("a/e\u0301.py")), PATHS)] == ["a/e\u0301.py"]


def test_a_module_that_moves_shadows_nothing() -> None:
    moved = (write("src/calc.py"), write("src/calc/__init__.py", None), write("src/calc/rates.py", None))
    assert shadows(moved, PATHS, Suite()) == ()
