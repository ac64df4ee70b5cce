"""The candidate: a proposed patch, untrusted until the judge has spoken."""

from dataclasses import dataclass

from journeyman.domain.digest import digest_noun


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """The whole new content of one file, or its removal."""

    path: str
    """Relative to the root of the tree, POSIX separators."""
    content: bytes | None
    """None removes the file."""
    executable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A set of changes against the base tree, with the story of where they came from."""

    id: str
    """Unique within its run, e.g. `2.1`: second lineage, first attempt."""
    changes: tuple[FileChange, ...]
    """Sorted by path, at most one per path."""
    rationale: str = ""
    parent: str | None = None
    """The candidate this one repairs."""
    problems: tuple[str, ...] = ()
    """Why the answer could not become a patch; a candidate with problems is never judged."""

    @property
    def digest(self) -> str:
        """SHA-256 of the changes alone: equal for equal patches, whoever proposed them."""
        return digest_noun(self.changes)

    @property
    def paths(self) -> tuple[str, ...]:
        """The changed paths, in order."""
        return tuple(change.path for change in self.changes)
