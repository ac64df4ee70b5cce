"""The embedding that comes with Journeyman, and how it reads text."""

from pathlib import Path

import numpy as np
import pytest

from journeyman.domain.errors import UserError
from journeyman.plugins import find_factory
from journeyman.retrieval.static import FOLDER, StaticEmbedder, load_embedder
from journeyman.retrieval.subwords import BUCKETS, Subwords, pieces
from journeyman.settings import load_settings
from journeyman.testing.conformance.embedder import EmbedderConformance


@pytest.fixture(scope="module")
def embedder() -> StaticEmbedder:
    return load_embedder(FOLDER)


class TestStaticEmbedder(EmbedderConformance):
    """Every promise of the seam."""


def test_it_is_small_enough_to_come_along() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 20_000_000


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("remove a directory with everything in it", "files.py rmtree", "files.py copy_metadata"),
        ("wait before trying a failed request again", "net.py backoff_delay", "net.py parse_header"),
        ("turn text into a date", "when.py parse_timestamp", "when.py sleep_until"),
        ("how many items are there", "bag.py __len__", "bag.py clear"),
    ],
)
async def test_it_knows_what_words_are_about(embedder: StaticEmbedder, question: str, right: str, wrong: str) -> None:
    near, far = await embedder.documents([f"{right}\n", f"{wrong}\n"])
    asked = await embedder.query(question)
    assert float(asked @ near) > float(asked @ far)


async def test_it_is_what_the_settings_open_by_default() -> None:
    settings = load_settings("", environment={})
    async with find_factory("embedders", settings.retrieval.embedder)("", settings) as opened:
        assert isinstance(opened, StaticEmbedder)


def test_a_folder_without_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no embedding"):
        load_embedder(tmp_path)


def test_words_are_read_by_stem_and_split() -> None:
    subwords = Subwords(["pars", "http", "header"])
    assert len(subwords) == BUCKETS + 3
    assert subwords.rows(["parseHTTPHeader"]) == [BUCKETS, BUCKETS + 1, BUCKETS + 2]
    assert subwords.rows(["parsing", "HEADERS"]) == [BUCKETS, BUCKETS + 2]


def test_rare_words_share_pieces() -> None:
    shared = set(pieces("zygotic")) & set(pieces("zygotes"))
    assert len(shared) >= 4
    assert all(0 <= row < BUCKETS for row in pieces("z"))


def test_rows_do_not_depend_on_what_was_read_before() -> None:
    words = ["parse", "zygote", "parse", "größe", ""]
    once = Subwords(["pars"])
    once.rows(["other", "words"])
    assert once.rows(words) == Subwords(["pars"]).rows(words)
    assert np.array(once.rows(words)).max() <= BUCKETS
