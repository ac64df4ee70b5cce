"""What a spec is made of: requirements, stories, tasks, questions, notes, links. Each says where it stands."""

from dataclasses import dataclass
from enum import StrEnum

from journeyman.domain.document import NOWHERE, Span


class Kind(StrEnum):
    """What sort of work a spec asks for."""

    FEATURE = "feature"
    BUGFIX = "bugfix"
    REFACTOR = "refactor"
    CHORE = "chore"
    API = "api"
    TEST_FIX = "test_fix"


class Operation(StrEnum):
    """What a requirement does to the spec that stands."""

    NONE = "none"
    """It is not laid over another."""
    ADD = "add"
    MODIFY = "modify"
    REMOVE = "remove"
    RENAME = "rename"


class Modality(StrEnum):
    """How strongly it is wanted, in the words of RFC 2119."""

    MUST = "must"
    SHOULD = "should"
    MAY = "may"
    UNSAID = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One thing that is wanted of the product."""

    id: str
    name: str = ""
    text: str = ""
    capability: str = ""
    """The part of the product that it belongs to, as the source calls it."""
    operation: Operation = Operation.NONE
    renamed_from: str = ""
    standing: tuple[str, ...] | None = None
    """Names of its scenarios in the spec that stands; None when there is no such requirement in it."""
    reason: str = ""
    migration: str = ""
    modality: Modality = Modality.UNSAID
    story: str = ""
    """Id of the story that it comes from."""
    priority: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Who wants something, and what for."""

    id: str
    title: str = ""
    text: str = ""
    priority: str = ""
    why_priority: str = ""
    independent_test: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One step of a plan, which a source may tick."""

    id: str
    text: str
    done: bool = False
    optional: bool = False
    parallel: bool = False
    group: str = ""
    story: str = ""
    requirements: tuple[str, ...] = ()
    """Ids that it says it serves."""
    depends_on: tuple[str, ...] = ()
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A machine-readable agreement, and the parts of it that are asked for."""

    kind: str
    """`openapi`."""
    path: str
    """Of the document that holds it."""
    operations: tuple[str, ...] = ()
    """Ids of what is asked for."""
    requests: tuple[str, ...] = ()
    """`POST /slugs` of each operation, in the same order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something the spec leaves open."""

    text: str
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something else that the spec says, sorted by what it is about."""

    about: str
    """`non-goal`, `assumption`, `edge-case`, `term`, `entity`, `measure`, `risk`, `decision`, `impact`, `context`."""
    text: str
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A pointer to something else. It is never followed."""

    relation: str
    """`parent`, `blocks`, `blocked-by`, `relates`, `duplicates`, `pull-request` or `document`."""
    target: str
    open: bool = True
    """Whether what it points to is still to be done, as far as the source says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """Something of the source that has no place of its own here; nothing unknown is dropped."""

    name: str
    """`jira.customfield_10016`, `openspec.skip_specs`."""
    value: str
    """Text, or canonical JSON."""


class Level(StrEnum):
    """What an objection does."""

    ERROR = "error"
    """No run starts."""
    WARNING = "warning"
    """It is shown in the pull request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Something that keeps a spec from being ready, and what would mend it."""

    rule: str
    """`E01`-`E11`, `W01`-`W11`."""
    level: Level
    reason: str
    """One plain sentence."""
    remedy: str
    span: Span = NOWHERE
