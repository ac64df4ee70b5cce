"""Only what a tool says of the candidate and did not say of the base is new."""

from journeyman.domain.finding import Severity
from journeyman.judge.quality.tools import new_complaints, tools_of

BEFORE = b"src/a.py:3:1: F401 `os` imported but unused\nFound 1 error.\n"
AFTER = b"src/a.py:9:1: F401 `os` imported but unused\nsrc/a.py:4:5: E711 comparison to None\nsrc/b.py:1: note: see\n"


def test_which_tools_a_repository_uses() -> None:
    def names(**files: bytes) -> list[str]:
        return [tool.name for tool in tools_of({path.replace("__", "."): text for path, text in files.items()})]

    assert names(pyproject__toml=b"[tool.ruff]\n[tool.mypy]\n") == ["ruff", "mypy"]
    assert names(setup__cfg=b"[flake8]\n") == ["flake8"]
    assert names(pyproject__toml=b"[project]\n") == []


def test_lines_move_and_complaints_stay_the_same() -> None:
    (tool,) = tools_of({"ruff.toml": b""})
    (finding,) = new_complaints(tool, BEFORE, AFTER, severity=Severity.NOTE)
    assert (finding.rule, finding.path, finding.line) == ("new-lint-error", "src/a.py", 4)
    assert "E711" in finding.reason
    assert list(new_complaints(tool, AFTER, BEFORE, severity=Severity.NOTE)) == []


def test_one_more_of_the_same_is_new() -> None:
    (tool,) = tools_of({"mypy.ini": b""})
    (finding,) = new_complaints(tool, BEFORE, BEFORE + BEFORE, severity=Severity.ESCALATE)
    assert finding.rule == "new-type-error"
