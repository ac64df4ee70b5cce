"""Merging rewritten definitions into a file."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from journeyman.stages.generate.definitions import MergeError, merge_definitions

FILE = '''"""Tables."""

import os
from shop.items import Item

LIMIT = 3


@cached
def total(items):
    # keep me
    return 0


class Shelf:
    """Holds items."""

    size = 1

    def put(self, item):
        pass

    def take(self):
        pass


def last():
    return 9
'''


def test_a_function_takes_the_place_of_its_namesake_with_decorators() -> None:
    merged = merge_definitions(FILE, "def total(items):\n    return len(items)\n")
    assert "def total(items):\n    return len(items)\n\n\nclass Shelf" in merged
    assert "@cached" not in merged
    assert "keep me" not in merged


def test_what_is_not_rewritten_stays_byte_for_byte() -> None:
    merged = merge_definitions(FILE, "def last():\n    return 10\n")
    assert merged == FILE.replace("return 9", "return 10")


def test_a_new_function_is_added_at_the_end() -> None:
    merged = merge_definitions(FILE, "def more():\n    return 1\n")
    assert merged == FILE + "\n\ndef more():\n    return 1\n"


def test_a_class_with_some_methods_changes_only_those() -> None:
    answer = "class Shelf:\n    size = 2\n\n    def take(self):\n        return self.items.pop()\n\n    def count(self):\n        return 0\n"
    merged = merge_definitions(FILE, answer)
    assert merged[merged.index("class Shelf") : merged.index("def last")] == snapshot('''\
class Shelf:
    """Holds items."""

    size = 2

    def put(self, item):
        pass

    def take(self):
        return self.items.pop()

    def count(self):
        return 0


''')


def test_methods_are_moved_to_the_indentation_of_the_file() -> None:
    merged = merge_definitions(FILE, "class Shelf:\n  def take(self):\n    return 5\n")
    assert "    def take(self):\n      return 5\n" in merged
    ast.parse(merged)


def test_a_class_that_repeats_every_member_replaces_the_old_one() -> None:
    answer = "class Shelf(list):\n    size = 1\n\n    def put(self, item):\n        self.append(item)\n\n    def take(self):\n        return self.pop()\n"
    assert "class Shelf(list):" in merge_definitions(FILE, answer)


def test_imports_join_the_others_once() -> None:
    merged = merge_definitions(
        FILE, "import os\nimport re\nfrom shop.items import Item, Box\n\nLIMIT = Box(re, os, Item)\n"
    )
    assert merged.count("import os") == 1
    assert "from shop.items import Item\nimport re\nfrom shop.items import Box\n" in merged
    assert "LIMIT = Box(re, os, Item)" in merged
    assert "LIMIT = 3" not in merged


def test_a_future_import_goes_to_the_top() -> None:
    merged = merge_definitions(FILE, "from __future__ import annotations\n\ndef last():\n    return 1\n")
    compile(merged, "merged", "exec")


def test_names_that_are_imported_and_not_used_stay_out() -> None:
    answer = "from shop.tests import a, b\nimport json\n\ndef last() -> 'b':\n    return 1\n"
    merged = merge_definitions(FILE, answer)
    assert "from shop.tests import b\n" in merged
    assert "json" not in merged


def test_an_answer_of_imports_alone_is_taken_as_it_is() -> None:
    assert "from shop.items import Box\n" in merge_definitions(FILE, "from shop.items import Box\n")


def test_a_module_never_comes_to_import_itself() -> None:
    answer = "from shop.report import last\nfrom shop.items import Box\n\ndef last():\n    return Box\n"
    for path in ("shop/report.py", "src/shop/report.py"):
        merged = merge_definitions(FILE, answer, path=path)
        assert "from shop.report" not in merged
        assert "from shop.items import Box" in merged


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("def total(items:\n    pass", "your code is not valid Python at line 1"),
        ("print('hello')", "holds no function"),
        ("", "holds no function"),
    ],
)
def test_what_cannot_be_merged_says_why(answer: str, reason: str) -> None:
    with pytest.raises(MergeError, match=reason):
        merge_definitions(FILE, answer)


names = st.sampled_from(["alpha", "beta", "gamma", "delta"])


@given(st.lists(names, unique=True), st.lists(names, unique=True, min_size=1))
def test_every_definition_of_the_answer_is_in_the_result_and_nothing_else_is_lost(
    old: list[str], new: list[str]
) -> None:
    file = "\n\n".join(f"def {name}():\n    return 'old'" for name in old) + ("\n" if old else "")
    answer = "\n\n".join(f"def {name}():\n    return 'new'" for name in new)
    scope: dict[str, object] = {}
    exec(merge_definitions(file, answer), scope)  # noqa: S102 - text made above
    told = {name: scope[name]() for name in {*old, *new}}  # type: ignore[operator]
    assert told == {**dict.fromkeys(old, "old"), **dict.fromkeys(new, "new")}
