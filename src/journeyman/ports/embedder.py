"""The seam to embeddings: text -> vectors of unit length."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns code and questions into vectors; the nearer two are, the more they are about the same."""

    @property
    def name(self) -> str:
        """What the vectors depend on, model and version; vectors of two names are never compared."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of every vector."""
        ...

    async def documents(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return one row of unit length per text; the first line of a text is its path and names.

        Raises:
            AdapterError: the model could not answer.
        """
        ...

    async def query(self, text: str) -> "NDArray[np.float32]":
        """Return the vector of a question; of length 0 when it holds nothing that the model knows.

        Raises:
            AdapterError: the model could not answer.
        """
        ...
