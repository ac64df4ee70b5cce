"""House rules that a machine can hold; the import contracts are in pyproject.toml."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src/journeyman"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "examples" not in path.parts)
SAYS_NOTHING = {"utils", "util", "helpers", "common", "misc", "base", "core", "manager", "managers"}


def ident(path: Path) -> str:
    return str(path.relative_to(SOURCE))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("path", MODULES, ids=ident)
def test_module_is_small_and_says_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    assert text.count("\n") <= 300, "a module that outgrows 300 lines is asking to be two"
    assert ast.get_docstring(tree), "a module says in one line what it is"
    for node in functions(tree):
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        assert length <= 45, f"{node.name} has {length} lines"
    for owner in ast.walk(tree):
        if isinstance(owner, ast.ClassDef):
            methods = [item for item in owner.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)]
            public = [item for item in methods if not item.name.startswith("_")]
            assert len(public) <= 14, f"{owner.name} has {len(public)} public methods"


@pytest.mark.parametrize("path", MODULES, ids=ident)
def test_names_say_something(path: Path) -> None:
    assert not SAYS_NOTHING & {part.removesuffix(".py") for part in path.relative_to(SOURCE).parts}


def test_tests_mirror_the_source() -> None:
    known = {path.relative_to(SOURCE) for path in SOURCE.rglob("*") if path.is_dir()}
    own = {"acceptance", "chaos", "conformance", "golden", "bench"}
    for folder in (ROOT / "tests").rglob("*"):
        relative = folder.relative_to(ROOT / "tests")
        if folder.is_dir() and "__pycache__" not in relative.parts and relative.parts[0] not in own:
            assert relative in known, f"tests/{relative} mirrors nothing"


def test_help_imports_nothing_heavy() -> None:
    heavy = ("sqlalchemy", "pydantic", "pydantic_ai", "httpx", "rich", "xllamacpp", "asyncio")
    script = (
        "import sys\nfrom journeyman.cli.root import root\n"
        "root.main(['--help'], standalone_mode=False)\n"
        f"print('heavy:', [name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "heavy: []" in done.stdout


def test_importing_the_package_has_no_side_effect(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import journeyman"],
        capture_output=True,
        text=True,
        check=True,
        env={"HOME": str(tmp_path)},
    )
    assert (done.stdout, done.stderr) == ("", "")
    assert list(tmp_path.iterdir()) == []
