"""The embedding that comes with Journeyman: a bag of sub-word vectors trained for code search, microseconds per text.

Three files beside this one hold it: the rows' vectors as bytes, each row's scale and weights, and the known stems.
`bench/retrieval/train` made them.
"""

import math
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from journeyman.domain.errors import UserError
from journeyman.retrieval.subwords import Subwords
from journeyman.retrieval.words import words_of

if TYPE_CHECKING:
    from journeyman.settings import Settings

FOLDER = Path(__file__).parent / "embedding"
_MOST_ROWS = 200
_MOST_CHARACTERS = 6000
Vectors = NDArray[np.float32]


@asynccontextmanager
async def open_embedder(rest: str, settings: "Settings") -> AsyncIterator["StaticEmbedder"]:  # noqa: ARG001 # a factory
    """Open the embedding that comes with Journeyman, or one that was trained the same way, by its folder."""
    yield load_embedder(Path(rest) if rest else FOLDER)


@cache
def load_embedder(folder: Path) -> "StaticEmbedder":
    """Load an embedding from its folder.

    Raises:
        UserError: there is none.
    """
    try:
        vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
        weights = np.load(folder / "weights.npy", allow_pickle=False)
        stems = (folder / "stems.txt").read_text("utf-8").split("\n")
    except (OSError, ValueError) as missing:
        raise UserError(
            f"there is no embedding in {folder}", remedy="Give the folder that training wrote."
        ) from missing
    return StaticEmbedder(vectors, weights, stems)


class StaticEmbedder:
    """Fills `ports.embedder.Embedder` without a network, a server or a second of waiting."""

    def __init__(self, vectors: NDArray[np.int8], weights: Vectors, stems: Sequence[str]) -> None:
        self._vectors = vectors
        self._subwords = Subwords(stems)
        # The last row of the weights holds the factor for a text's first line.
        self._header = float(weights[-1, 0])
        scales, asking, answering = weights[:-1].T
        self._asking, self._answering = scales * asking, scales * answering
        self._name = f"static-{blake2b(weights.tobytes(), digest_size=6).hexdigest()}"

    @property
    def name(self) -> str:
        """Names these very weights."""
        return self._name

    @property
    def dimensions(self) -> int:
        """Length of every vector."""
        return int(self._vectors.shape[1])

    async def documents(self, texts: Sequence[str]) -> Vectors:
        """Return one row per text; its first line (path and names) counts more."""
        found = np.zeros((len(texts), self.dimensions), np.float32)
        for number, text in enumerate(texts):
            found[number] = self._document(text)
        return found

    async def query(self, text: str) -> Vectors:
        """Return the vector of a question: each sub-word counts once."""
        rows = np.array(sorted(set(self._subwords.rows(words_of(text)))), np.int64)
        return self._sum(rows, self._asking[rows])

    def _document(self, text: str) -> Vectors:
        head, _, body = text[:_MOST_CHARACTERS].partition("\n")
        counted = Counter(self._subwords.rows(words_of(body)))
        strength = {row: 1 + math.log(count) for row, count in counted.most_common(_MOST_ROWS)}
        for row in set(self._subwords.rows(words_of(head))):
            strength[row] = strength.get(row, 0.0) + self._header
        rows = np.fromiter(strength.keys(), np.int64, len(strength))
        return self._sum(rows, self._answering[rows] * np.fromiter(strength.values(), np.float32, len(strength)))

    def _sum(self, rows: NDArray[np.int64], weights: Vectors) -> Vectors:
        total: Vectors = weights.astype(np.float32) @ self._vectors[rows].astype(np.float32)
        length = float(np.linalg.norm(total))
        return total / length if length else total
