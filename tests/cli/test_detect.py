"""What `init` finds out from files alone."""

from pathlib import Path

import pytest

from journeyman.cli.detect import detect
from journeyman.domain.errors import UserError


def lay_out(root: Path, *paths: str) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("")
    return root


def test_packages_at_the_root_are_the_product_and_tests_are_not(tmp_path: Path) -> None:
    lay_out(tmp_path, "shop/__init__.py", "shop/cart.py", "tests/__init__.py", "tests/test_cart.py", "setup.py")
    found = detect(tmp_path)
    assert found.product_paths == ("shop/**",)
    assert found.notes[0] == "Language: Python; tests: pytest in tests"


def test_a_src_layout(tmp_path: Path) -> None:
    assert detect(lay_out(tmp_path, "src/shop/__init__.py", "tests/test_a.py")).product_paths == ("src/**",)


def test_an_environment_of_its_own_is_found(tmp_path: Path) -> None:
    lay_out(tmp_path, "a.py", ".venv/bin/python")
    assert detect(tmp_path).python == ".venv/bin/python"


@pytest.mark.parametrize(
    ("paths", "said"), [(("a.go", "b.go", "c.py"), "mostly Go"), (("notes.txt",), "no source code")]
)
def test_what_cannot_be_judged_yet_is_said(paths: tuple[str, ...], said: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=said) as caught:
        detect(lay_out(tmp_path, *paths))
    assert "pytest" in str(caught.value)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"go.mod": "module x\n", "a_test.go": "package x\n", "a.go": ""}, "Language: Go; tests: go"),
        ({"Cargo.toml": "[package]\n", "src/lib.rs": ""}, "Language: Rust; tests: cargo"),
        ({"pom.xml": "", "src/test/java/ATest.java": ""}, "Language: Java; tests: maven"),
        ({"package.json": '{"scripts": {"test": "vitest run"}}', "src/a.test.ts": ""}, "tests: vitest"),
        ({"package.json": '{"jest": {}}', "a.test.js": ""}, "tests: jest"),
        ({"package.json": '{"devDependencies": {"mocha": "1"}}', "test/a.js": ""}, "tests: mocha"),
        ({"package.json": '{"scripts": {"test": "node --test"}}', "a.test.js": ""}, "tests: node:test"),
        ({"test_a.py": "import unittest\n\n\nclass T(unittest.TestCase):\n    pass\n"}, "tests: unittest"),
        ({"test_a.py": "", "web/package.json": '{"jest": {}}', "web/a.test.js": ""}, "tests: jest:web, pytest"),
    ],
)
def test_each_tool_is_recognised(files: dict[str, str], said: str, tmp_path: Path) -> None:
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    assert said in detect(tmp_path).notes[0]
