"""Answers of models as they really come: tidy, chatty, cut off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeyman.stages.generate.answer import Block, BlockKind, parse_answer

CODE = "def f():\n    return 1\n"


@pytest.mark.parametrize(
    "answer",
    [
        f"```python\n# shop/report.py\n{CODE}```",
        f"```python\n# file: shop/report.py\n{CODE}```",
        f"### shop/report.py\n```python\n{CODE}```",
        f"**shop/report.py**\n\n```\n{CODE}```",
        f"`shop/report.py`:\n~~~python\n{CODE}~~~",
        f"```python shop/report.py\n{CODE}```",
        f"Sure! Here is the change.\n\n### ./shop/report.py\n````python\n{CODE}````\nIt works.",
        f"### shop/report.py\n```python\n{CODE}",  # cut off before the closing fence
        f"### shop/report.py\r\n```python\r\n{CODE}```".replace("\n", "\r\n"),
    ],
)
def test_path_and_code_are_found_however_they_are_dressed(answer: str) -> None:
    assert parse_answer(answer) == (Block(path="shop/report.py", kind=BlockKind.CODE, text=CODE),)


def test_one_fence_may_hold_several_files() -> None:
    answer = "```python\n# a.py\nx = 1\n\n# b/c.py\ny = 2\n```"
    assert [(block.path, block.text) for block in parse_answer(answer)] == [("a.py", "x = 1\n"), ("b/c.py", "y = 2\n")]


def test_a_comment_that_only_mentions_a_file_is_not_a_path() -> None:
    (block,) = parse_answer("```python\n# a.py\n# see config.toml for the limits\nx = 1\n```")
    assert block.path == "a.py"
    assert "config.toml" in block.text


def test_a_block_without_a_path_has_none() -> None:
    assert parse_answer(f"```python\n{CODE}```") == (Block(path="", kind=BlockKind.CODE, text=CODE),)


@pytest.mark.parametrize("fenced", [True, False])
def test_edit_blocks_inside_and_outside_fences(fenced: bool) -> None:
    edit = "<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE"
    answer = f"### a.py\n```\n{edit}\n```" if fenced else f"### a.py\n{edit}"
    assert parse_answer(answer) == (Block(path="a.py", kind=BlockKind.EDIT, text="new", search="old"),)


def test_an_edit_block_without_its_end_is_no_block() -> None:
    assert parse_answer("### a.py\n<<<<<<< SEARCH\nold\n=======\nnew") == ()


def test_prose_is_no_block() -> None:
    assert parse_answer("I would change `shop/report.py` so that it returns 1.") == ()


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    for block in parse_answer(text):
        assert block.kind in BlockKind


def test_bare_code_under_the_path_comment_is_a_block() -> None:
    (block,) = parse_answer("# shop/report.py\n\nimport os\n\n\ndef total():\n    return os\n")
    assert (block.path, block.kind) == ("shop/report.py", BlockKind.CODE)
    assert block.text.startswith("import os\n")
    assert parse_answer("I would change `shop/report.py`:\n\ndef total():\n    return 1\n") == ()
