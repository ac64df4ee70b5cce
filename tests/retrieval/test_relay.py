"""A tree laid out from the one before is the very tree that would have been laid out anew."""

import random
from dataclasses import fields

import numpy as np
import pytest

from journeyman.domain.snapshot import EntryKind, TreeEntry
from journeyman.retrieval.cut_file import CutFile, cut
from journeyman.retrieval.layout import Layout, lay_out
from journeyman.retrieval.relay import lay_out_after, shared_files

WORDS = ("total", "cart", "tax", "rain", "line", "price", "open", "close", "retry", "header")


def text_of(seed: int) -> str:
    chance = random.Random(seed)  # noqa: S311 # a test
    parts = [
        f"def {chance.choice(WORDS)}_{chance.choice(WORDS)}(value):\n"
        + "".join(f"    {chance.choice(WORDS)} = {chance.choice(WORDS)}({number})\n" for number in range(8))
        for _ in range(chance.randint(1, 4))
    ]
    return "\n\n".join(parts)


def laid_out(tree: dict[str, int]) -> tuple[list[TreeEntry], list[CutFile]]:
    entries = [TreeEntry(path=path, kind=EntryKind.FILE, blob=str(tree[path]), size_bytes=1) for path in sorted(tree)]
    return entries, [cut(entry.path, text_of(int(entry.blob))).file for entry in entries]


def assert_same(one: Layout, other: Layout) -> None:
    for name in ("paths", "blobs", "symbols", "names"):
        assert getattr(one, name) == getattr(other, name), name
    for name in ("firsts", "lines", "lengths", "defined", "references", "reference_ends"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
        assert getattr(one, name).dtype == getattr(other, name).dtype, name
    for part in ("chunk_terms", "path_terms", "edges"):
        for field in fields(getattr(one, part)):
            left, right = getattr(getattr(one, part), field.name), getattr(getattr(other, part), field.name)
            assert np.array_equal(left, right), (part, field.name)
            assert left.dtype == right.dtype, (part, field.name)


@pytest.mark.parametrize("seed", range(25))
def test_it_is_the_same_as_laid_out_anew(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 # a test
    tree = {f"app/{number:03}.py": number for number in range(chance.randint(2, 40))}
    layout = lay_out(*laid_out(tree))
    for step in range(4):
        for path in chance.sample(sorted(tree), k=max(len(tree) // 5, 1)):
            if chance.random() < 0.3 and len(tree) > 2:
                del tree[path]
            else:
                tree[path] = 1000 * (step + 1) + chance.randint(0, 99)
        if chance.random() < 0.6:
            tree[f"{chance.choice(['aaa', 'app', 'zzz'])}/new_{step}.py"] = 5000 + step
        entries, files = laid_out(tree)
        shared = shared_files(layout, entries)
        if not shared:
            layout = lay_out(entries, files)
            continue
        new = {place: file for place, file in enumerate(files) if place not in shared}
        layout = lay_out_after(layout, entries, shared, new)
        assert_same(layout, lay_out(entries, files))


def test_a_file_that_turned_out_to_hold_nothing_is_left_out() -> None:
    tree = {f"app/{number}.py": number for number in range(4)}
    before = lay_out(*laid_out(tree))
    entries, _files = laid_out({**tree, "app/2.py": 77})
    kept = [entry for entry in entries if entry.path != "app/2.py"]
    after = lay_out_after(before, entries, shared_files(before, entries), {})
    assert_same(after, lay_out(kept, [cut(entry.path, text_of(int(entry.blob))).file for entry in kept]))


def test_a_tree_of_other_files_is_begun_anew() -> None:
    before = lay_out(*laid_out({"a.py": 1, "b.py": 2}))
    assert shared_files(before, laid_out({"a.py": 1, "c.py": 3, "d.py": 4, "e.py": 5})[0]) == {}
    assert shared_files(before, []) == {}
