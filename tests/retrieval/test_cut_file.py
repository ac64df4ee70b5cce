"""What is kept of one file."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from journeyman.retrieval.cut_file import CutFile, cut, last_names
from journeyman.retrieval.words import number_of

SOURCE = '''"""Rotation of files."""


class Rotator:
    """Renames old files."""

    def rotate_logs(self, path):
        # The newest keeps its name.
        return rename(path)
'''


def column(file: CutFile, term: str) -> list[int]:
    return [int(count) for count in file.counts[file.terms == number_of(term)].sum(axis=0)]


def test_a_word_is_counted_where_it_stands() -> None:
    made = cut("app/rotate.py", SOURCE).file
    assert column(made, "rotat") == [3, 1, 2]
    assert column(made, "newest") == [0, 1, 0]
    assert column(made, "renam") == [0, 1, 1]
    assert column(made, "rotate_logs") == [1, 0, 1]


def test_lengths_are_the_sums_of_counts() -> None:
    made = cut("app/rotate.py", SOURCE).file
    totals = np.zeros_like(made.lengths)
    np.add.at(totals, made.places, made.counts)
    assert totals.tolist() == made.lengths.tolist()


def test_an_embedder_sees_path_and_names_first() -> None:
    texts = cut("app/rotate.py", SOURCE).texts
    assert all(text.startswith("app/rotate.py ") for text in texts)
    assert any("Rotator.rotate_logs" in text.split("\n")[0] for text in texts)


def test_last_names_are_what_callers_write() -> None:
    assert last_names(("Rotator.rotate_logs", "a::b", "Usage > Options")) == ["rotate_logs", "b", "Options"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.sampled_from(["a.py", "b.md", "c.go", "d.unknown"]))
def test_packing_loses_nothing(text: str, path: str) -> None:
    made = cut(path, text).file
    vectors = np.arange(len(made.chunks) * 3, dtype=np.float32).reshape(len(made.chunks), 3)
    back = CutFile.unpacked(made.with_vectors(vectors).packed())
    assert back.chunks == made.chunks
    for name in ("lengths", "terms", "places", "counts", "references"):
        assert getattr(back, name).tolist() == getattr(made, name).tolist(), name
    assert back.vectors.tolist() == vectors.tolist()
