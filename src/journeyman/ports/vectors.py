"""The seam to vector stores: the chunks of a codebase as vectors, and which of one tree are nearest to a question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVectors:
    """The vectors of one version of a file, a row of unit length per chunk, in order."""

    file: str
    """Key of the version: the same wherever the same bytes were cut and embedded the same way."""
    vectors: "NDArray[np.float32]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is searched: the chunks of one tree of one repository, numbered file by file."""

    repository: str
    """Letters, digits and hyphens, at most 63; vectors of two repositories or embedders never meet."""
    firsts: Mapping[str, int]
    """Key of a file version → the number of its first chunk; a version at two paths has two keys."""
    chunks: int
    """Of all files together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The chunks of a scope that are nearest to a question, in no order."""

    chunks: "NDArray[np.int64]"
    """By number, each once."""
    cosines: "NDArray[np.float32]"
    """Higher is nearer, 1 at most."""


class VectorStore(Protocol):
    """Keeps vectors. A repository begins with its first upsert; its first vector says how long all of them are.

    Every method raises:
        UserError: the store does not know us, or holds vectors of another length; the text says what to do.
        AdapterError: it is gone, full or does not answer; `retryable` when it may again.
    """

    @property
    def name(self) -> str:
        """Where it is, as people may read it: no password."""
        ...

    @property
    def reach(self) -> int:
        """How many of the nearest it gives at once without being slow; more may be asked for."""
        ...

    async def upsert(self, repository: str, files: Sequence[FileVectors]) -> None:
        """Keep the vectors of some file versions; what was kept of them before is replaced."""
        ...

    async def delete(self, repository: str, files: Sequence[str]) -> None:
        """Forget some file versions; unknown ones are no error."""
        ...

    async def missing(self, repository: str, files: Sequence[str]) -> frozenset[str]:
        """Return those of the file versions that are not kept."""
        ...

    async def count(self, repository: str) -> int:
        """Return how many vectors are kept for a repository, 0 for one that never was."""
        ...

    async def search(self, scope: Scope, vector: "NDArray[np.float32]", *, limit: int) -> Nearest:
        """Return the `limit` chunks of the scope nearest to a vector; fewer only when fewer are kept of it."""
        ...
