"""What the index says of itself: what a build did, what is on disk, and why each hit was found."""

from dataclasses import dataclass

from journeyman.domain.context import Snippet
from journeyman.retrieval.fuse import grouped


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build did."""

    files: int
    """Files worth searching."""
    chunks: int
    cut: int
    """Files that had to be read and cut; the others were known."""
    elapsed_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """What is on disk."""

    built: bool
    """Whether the tree that was asked for is there, whole."""
    files: int
    chunks: int
    known_files: int
    """Versions of files that will never be read again."""
    trees: int
    size_bytes: int
    embedder: str
    vectors: str
    """The store that keeps them, as people may read it; empty without an embedder."""
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A snippet, and why it was found."""

    snippet: Snippet
    why: dict[str, float]
    """What each signal gave to the score."""

    @property
    def groups(self) -> dict[str, float]:
        """The lexical, dense and structural shares of the score."""
        return grouped(self.why)
