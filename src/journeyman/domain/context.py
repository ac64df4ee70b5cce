"""The context: what of the codebase a model may see."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one retriever gave to a score."""

    retriever: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """Some lines of one file at one commit, and why they were chosen."""

    path: str
    start_line: int
    """1-based, inclusive."""
    end_line: int
    """1-based, inclusive."""
    text: str
    blob: str
    """Git object id of the whole file, so the lines can be found again."""
    score: float
    """Higher is nearer; comparable only within one retriever."""
    retriever: str
    symbol: str = ""
    """Qualified name of the definition, empty when the lines are not one."""
    shares: tuple[Share, ...] = ()
    """What makes up the score, by retriever; empty when there is one only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What is looked for in a codebase."""

    text: str
    paths: tuple[str, ...] = ()
    """Paths named by the spec, a traceback or a person; they rank first."""
    limit: int = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Snippets packed into a token budget, most relevant first."""

    snippets: tuple[Snippet, ...]
    token_count: int
    """Estimated tokens of all snippets together."""
    omitted: int = 0
    """Hits that did not fit."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files shown, in order of first appearance."""
        return tuple(dict.fromkeys(snippet.path for snippet in self.snippets))
