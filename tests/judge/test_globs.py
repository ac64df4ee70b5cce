"""Globs: what a pattern of `[judge]` or of a spec covers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyman.judge.globs import matches

NAMES = st.text("abc._-[]()+", min_size=1, max_size=6).filter(lambda name: name.strip("."))
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("src/a.py", "src"),
        ("src/a.py", "src/"),
        ("src/a.py", "./src/*.py"),
        ("src/deep/a.py", "src/**"),
        ("src/deep/a.py", "**/a.py"),
        ("a.py", "**/a.py"),
        ("src/deep/er/a.py", "src/**/a.py"),
        ("src/a1.py", "src/a?.py"),
    ],
)
def test_covered(path: str, pattern: str) -> None:
    assert matches(path, ["elsewhere", pattern])


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        ("src/deep/a.py", "src/*.py"),
        ("srcs/a.py", "src"),
        ("src/a.pyc", "src/*.py"),
        ("a+py", "a.py"),
        ("b/src/a", "src"),
    ],
)
def test_not_covered(path: str, pattern: str) -> None:
    assert not matches(path, [pattern])


@given(PATHS, PATHS)
def test_a_path_covers_itself_and_what_is_below_it_and_nothing_else(path: str, other: str) -> None:
    assert matches(path, [path])
    assert matches(f"{path}/{other}", [path])
    assert matches(other, [path]) == (other == path or other.startswith(f"{path}/"))
