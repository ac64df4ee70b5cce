"""When two candidates are the same code."""

import pytest

from journeyman.domain.candidate import FileChange
from journeyman.judge.likeness import likeness
from journeyman.judge.suite import Suite

BASE = {"a.py": b"import os\nimport re\n\n\ndef f(x):\n    return x\n"}
WANTED = "import os\nimport re\n\n\ndef f(x):\n    return x + 1\n"


def of(path: str, text: str, *more: FileChange) -> str:
    return likeness((FileChange(path=path, content=text.encode()), *more), BASE, Suite())


@pytest.mark.parametrize(
    "same",
    [
        "import re\nimport os\n\ndef f(x):\n    return x + 1\n",
        "import os, re\n\ndef f( x ):\n    # more\n    return (x + 1)\n",
        'import os\nimport re\ndef f(x):\n    """Say more."""\n    return x+1\n',
    ],
)
def test_comments_layout_and_the_order_of_imports_do_not_matter(same: str) -> None:
    assert of("a.py", same) == of("a.py", WANTED)


@pytest.mark.parametrize(
    "other",
    [
        "import os\nimport re\n\n\ndef f(x):\n    return 1 + x\n",
        "import os\n\n\ndef f(x):\n    return x + 1\n",
        "import os\nimport re\n\n\ndef g(x):\n    return x + 1\n",
        "def f(x:\n",
    ],
)
def test_other_code_is_another_answer(other: str) -> None:
    assert of("a.py", other) != of("a.py", WANTED)


def test_tests_and_files_whose_code_stays_do_not_count() -> None:
    test = FileChange(path="tests/test_a.py", content=b"def test_f(): pass\n")
    touched = FileChange(path="b.py", content=b"# new\nX = 1\n")
    assert of("a.py", WANTED, test) == of("a.py", WANTED)
    before = BASE | {"b.py": b"X = 1\n"}
    change = FileChange(path="a.py", content=WANTED.encode())
    assert likeness((change, touched), before, Suite()) == likeness((change,), before, Suite())


@pytest.mark.parametrize(
    ("path", "one", "same", "other"),
    [
        ("a.ts", "import a from 'a'\nimport b from 'b'\nlet x = 1;", "import b from 'b'\nimport a from 'a'\nlet x  = 1; // y", "let x = 2;"),
        ("a.go", "package a\n\nfunc f() int { return 1 }\n", "package a\n// f\nfunc f() int {\n\treturn 1\n}\n", "package a\n"),
        ("a.rs", "fn f() -> i32 { 1 }", "/* f */ fn f() -> i32 {\n 1\n}", "fn f() -> i32 { 2 }"),
        ("A.java", "class A { int x = 1; }", "class A {\n // x\n int x = 1;\n}", "class A { int x = 2; }"),
        ("a.txt", "words", "words", "words "),
    ],
)  # fmt: skip
def test_other_languages_are_read_by_their_grammars(path: str, one: str, same: str, other: str) -> None:
    assert of(path, one) == of(path, same) != of(path, other)
