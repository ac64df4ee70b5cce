"""Applying blocks: strictly, and with reasons a model can use."""

import pytest

from journeyman.stages.generate.answer import Block, BlockKind, parse_answer
from journeyman.stages.generate.form import Form, choose_form
from journeyman.stages.generate.patch import Patch, Sources, apply_blocks

SOURCES = Sources(files={"a.py": "x = 1\ny = 2\ny = 2\n", "b.txt": "one\n"}, executable=frozenset({"a.py"}))


def edit(search: str, replace: str, path: str = "a.py") -> Block:
    return Block(path=path, kind=BlockKind.EDIT, search=search, text=replace)


def contents(patch: Patch) -> dict[str, bytes | None]:
    return {change.path: change.content for change in patch.changes}


def test_an_edit_that_matches_once_is_applied_and_keeps_the_mode() -> None:
    patch = apply_blocks([edit("x = 1", "x = 10")], SOURCES, Form.EDITS)
    assert contents(patch) == {"a.py": b"x = 10\ny = 2\ny = 2\n"}
    assert patch.changes[0].executable
    assert patch.problems == ()


@pytest.mark.parametrize(
    ("search", "reason"),
    [
        ("x = 11", "occur nowhere"),
        ("y = 2", "occur 2 times"),
        (" = 1", "occur nowhere"),
        ("", "SEARCH is empty"),
    ],
)
def test_an_edit_that_does_not_match_once_is_a_problem_never_a_guess(search: str, reason: str) -> None:
    patch = apply_blocks([edit(search, "z")], SOURCES, Form.EDITS)
    assert patch.changes == ()
    assert reason in patch.problems[0]


def test_one_bad_block_spoils_the_whole_answer() -> None:
    patch = apply_blocks([edit("x = 1", "x = 3"), edit("nowhere", "z")], SOURCES, Form.EDITS)
    assert patch.changes == ()
    assert len(patch.problems) == 1


def test_edits_of_one_file_build_on_each_other() -> None:
    patch = apply_blocks([edit("x = 1", "x = 5"), edit("x = 5\ny = 2", "x = 6")], SOURCES, Form.EDITS)
    assert contents(patch) == {"a.py": b"x = 6\ny = 2\n"}


def test_whole_files_replace_and_create() -> None:
    blocks = parse_answer("### b.txt\n```\ntwo\n```\n### new/c.txt\n```\nthree\n```")
    assert contents(apply_blocks(blocks, SOURCES, Form.FILES)) == {"b.txt": b"two\n", "new/c.txt": b"three\n"}


def test_definitions_are_merged_into_python_only() -> None:
    blocks = parse_answer("```python\n# a.py\ndef f():\n    return 1\n```")
    (content,) = contents(apply_blocks(blocks, SOURCES, Form.DEFINITIONS)).values()
    assert content is not None
    assert content.startswith(b"x = 1\ny = 2\ny = 2\n")
    assert content.endswith(b"def f():\n    return 1\n")


def test_a_block_without_a_path_needs_a_single_target() -> None:
    blocks = parse_answer("```\ntwo\n```")
    assert "does not say which file" in apply_blocks(blocks, SOURCES, Form.FILES).problems[0]
    only = Sources(files={"b.txt": "one\n"}, default_path="b.txt")
    assert contents(apply_blocks(blocks, only, Form.FILES)) == {"b.txt": b"two\n"}


def test_a_block_without_a_path_goes_where_its_definition_stands() -> None:
    blocks = parse_answer("```python\ndef g():\n    return 2\n```")
    files = Sources(files={"a.py": "def f():\n    return 0\n", "b.py": "def g():\n    return 0\n"}, default_path="a.py")
    assert contents(apply_blocks(blocks, files, Form.DEFINITIONS)) == {"b.py": b"def g():\n    return 2\n"}
    twice = Sources(files={**files.files, "c.py": "def g(): ...\n"}, default_path="a.py")
    assert list(contents(apply_blocks(blocks, twice, Form.DEFINITIONS))) == ["a.py"]


def test_an_answer_that_changes_nothing_says_so() -> None:
    patch = apply_blocks(parse_answer("### b.txt\n```\none\n```"), SOURCES, Form.FILES)
    assert "changes nothing" in patch.problems[0]


def test_an_answer_without_blocks_says_so() -> None:
    assert "no code block" in apply_blocks([], SOURCES, Form.FILES).problems[0]


@pytest.mark.parametrize(
    ("files", "form"),
    [
        ({"a.py": "x\n", "b.js": "y\n"}, Form.DEFINITIONS),
        ({"b.js": "y\n"}, Form.FILES),
        ({"b.js": "y\n" * 500}, Form.EDITS),
        ({}, Form.FILES),
    ],
)
def test_the_form_suits_the_files(files: dict[str, str], form: Form) -> None:
    assert choose_form(files) is form


def test_an_answer_that_only_repeats_other_files_is_told_so() -> None:
    sources = Sources(files={"a.py": "def f():\n    return 0\n", "b.py": "def g():\n    return 1\n"})
    patch = apply_blocks(parse_answer("```python\n# a.py\ndef g():\n    return 1\n```"), sources, Form.DEFINITIONS)
    assert patch.problems == ("Block 1 (a.py): your code only repeats what stands in other files.",)
