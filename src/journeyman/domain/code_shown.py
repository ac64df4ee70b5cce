"""Events of the code that a model is shown; see `domain.event` for what holds of all events."""

from dataclasses import dataclass
from typing import ClassVar

from journeyman.domain.context import Share, Snippet


@dataclass(frozen=True, slots=True, kw_only=True)
class SnippetUsed:
    """Where one snippet came from (a part of `ContextGathered` and `CodeFound`)."""

    path: str
    start_line: int
    end_line: int
    blob: str
    score: float
    retriever: str
    shares: tuple[Share, ...] = ()
    """What each retriever gave to the score."""

    @classmethod
    def of(cls, snippet: Snippet) -> "SnippetUsed":
        """Return what is kept of a snippet: everything but the text, which its blob holds."""
        return cls(
            path=snippet.path,
            start_line=snippet.start_line,
            end_line=snippet.end_line,
            blob=snippet.blob,
            score=round(snippet.score, 6),
            retriever=snippet.retriever,
            shares=snippet.shares,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFound:
    """The index was asked, for a context or by a model; a model is shown no code that no such event names."""

    kind: ClassVar[str] = "code-found"
    lookup: str
    """`search`, `symbols` or `references`."""
    query: str
    """What was asked, its beginning."""
    tree: str
    """Git tree that was searched."""
    snippets: tuple[SnippetUsed, ...]
    """Best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextGathered:
    """What of the codebase the model may see."""

    kind: ClassVar[str] = "context-gathered"
    query: str
    snippets: tuple[SnippetUsed, ...]
    token_count: int
    omitted: int
