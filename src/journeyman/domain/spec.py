"""The spec: what is wanted, and how we will know that it is done."""

from dataclasses import dataclass
from enum import StrEnum

from journeyman.domain.digest import digest_noun
from journeyman.domain.document import NOWHERE, Document, Hidden, Span, Trust
from journeyman.domain.requirement import (
    Contract,
    Extension,
    Kind,
    Link,
    Note,
    Objection,
    Question,
    Requirement,
    Story,
    Task,
)

__all__ = ["Criterion", "HeldOut", "Interface", "OracleTest", "Shows", "Source", "Spec", "Trust"]


class Shows(StrEnum):
    """What kind of thing shows that a criterion holds."""

    SENTENCE = "sentence"
    SCENARIO = "scenario"
    """Given, when, then."""
    EARS = "ears"
    CHECKLIST = "checklist"
    HTTP = "http"
    """A documented answer of an interface."""
    TEST = "test"
    PROPERTY = "property"
    MEASURE = "measure"
    MANUAL = "manual"
    """Only a person can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing that must hold when the work is done."""

    id: str
    text: str
    tests: tuple[str, ...] = ()
    """Node ids that show it, as the test runner names them."""
    name: str = ""
    shows: Shows = Shows.SENTENCE
    requirements: tuple[str, ...] = ()
    """Ids of what it makes checkable."""
    given: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class OracleTest:
    """A test file from outside the base commit, laid over it before anything is measured."""

    path: str
    """Where it goes in the tree, relative, POSIX separators."""
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """A file of checks that is never shown to whoever makes candidates, and never a test of the suite."""

    name: str
    """How it is called in findings, e.g. `checks.py`."""
    content: bytes
    """Python, UTF-8: functions named `check_...` that assert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """A machine-readable description of an interface that the product is asked by."""

    name: str
    """Of the document's file."""
    content: bytes
    """OpenAPI, JSON or YAML."""
    operations: tuple[tuple[str, str], ...]
    """(`POST /slugs`, operation id) of what is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a spec came from."""

    locator: str
    """`scheme:rest`, as given."""
    digest: str
    """SHA-256 of the raw documents."""
    author: str = ""
    trust: Trust = Trust.LOCAL
    ref: str = ""
    """Which version of it, as the source counts: a commit, an ETag, a time of last change."""
    uri: str = ""
    """Where people look at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A unit of intent, pinned by digest when a run starts.

    `documents` are what was found, verbatim; everything else was read from them and says where it stands.
    `intent` and `criteria` are what a model is shown, without what nobody sees in the documents.

    `allowed_paths` empty means anywhere that policy permits. `must_pass` are node ids or paths that
    fail at the base and must pass in the candidate; `waivers` are node ids whose tests a person
    allows to change.
    """

    title: str
    intent: str
    source: Source
    criteria: tuple[Criterion, ...] = ()
    constraints: tuple[str, ...] = ()
    allowed_paths: tuple[str, ...] = ()
    forbidden_paths: tuple[str, ...] = ()
    oracle_tests: tuple[OracleTest, ...] = ()
    must_pass: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()
    kind: Kind = Kind.FEATURE
    why: str = ""
    documents: tuple[Document, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    stories: tuple[Story, ...] = ()
    tasks: tuple[Task, ...] = ()
    contracts: tuple[Contract, ...] = ()
    questions: tuple[Question, ...] = ()
    notes: tuple[Note, ...] = ()
    links: tuple[Link, ...] = ()
    labels: tuple[str, ...] = ()
    extensions: tuple[Extension, ...] = ()
    objections: tuple[Objection, ...] = ()
    """What the source itself noticed while reading; the other rules need nothing but the spec."""

    @property
    def hidden(self) -> tuple[tuple[str, Hidden], ...]:
        """What was taken out of the documents before anything was read from them, with each document's path."""
        return tuple((document.path, item) for document in self.documents for item in document.hidden)

    @property
    def digest(self) -> str:
        """SHA-256 over every field: an edited spec is a different spec."""
        return digest_noun(self)
