"""A document: raw text of a spec, kept verbatim, and the places in it that everything else points to."""

from dataclasses import dataclass
from enum import StrEnum

from journeyman.domain.digest import digest_bytes


class Trust(StrEnum):
    """How far the author of a spec's text is trusted."""

    LOCAL = "local"
    """Typed or stored by the person who started the run."""
    OWNER = "owner"
    """Owns the project."""
    MEMBER = "member"
    """Written by a member of the project."""
    COLLABORATOR = "collaborator"
    """Was invited to the project."""
    CONTRIBUTOR = "contributor"
    """Had a change merged once; no more than that."""
    UNKNOWN = "unknown"
    """Anyone could have written it."""

    @property
    def may_ask(self) -> bool:
        """Whether work starts on this author's word alone."""
        return self not in (Trust.CONTRIBUTOR, Trust.UNKNOWN)


class Role(StrEnum):
    """What a document is for."""

    PROPOSAL = "proposal"
    REQUIREMENTS = "requirements"
    DESIGN = "design"
    TASKS = "tasks"
    DELTA = "spec_delta"
    """What a change adds to, alters or takes from a standing spec."""
    STANDING = "standing"
    """The spec that the delta is laid over."""
    ISSUE = "issue"
    COMMENT = "comment"
    OPENAPI = "openapi"
    TEST = "test"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Something in a text that nobody sees when it is displayed, taken out before a model sees the text."""

    kind: str
    """`comment`, `zero-width`, `bidi`, `tag`, `control`, `image`, `unseen-markup` or `unused-link`."""
    line: int
    """1-based."""
    text: str
    """What stood there, escaped so that it can be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One raw text, as it was found."""

    path: str
    """Where it was, relative to the spec: a file's name, `issue`, `comment/3`."""
    role: Role
    text: str
    media_type: str = "text/markdown"
    author: str = ""
    trust: Trust = Trust.LOCAL
    hidden: tuple[Hidden, ...] = ()
    """What was taken out of it before anything was read from it."""

    @property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return digest_bytes(self.text.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Lines of a document, 1-based, both ends included; no path means nowhere in particular."""

    path: str = ""
    start_line: int = 0
    end_line: int = 0

    def __str__(self) -> str:
        """Return `path:line`, as editors understand it."""
        return f"{self.path}:{self.start_line}" if self.start_line else self.path


NOWHERE = Span()
