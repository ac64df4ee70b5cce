"""The spec: what is wanted, and how we will know that it is done."""

from dataclasses import dataclass
from enum import StrEnum

from journeyman.domain.digest import digest_noun


class Trust(StrEnum):
    """How far the author of a spec's text is trusted."""

    LOCAL = "local"
    """Typed or stored by the person who started the run."""
    MEMBER = "member"
    """Written by a member of the project."""
    UNKNOWN = "unknown"
    """Anyone could have written it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One thing that must hold when the work is done."""

    id: str
    text: str
    tests: tuple[str, ...] = ()
    """Node ids that show it, as the test runner names them."""


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
class Source:
    """Where a spec came from."""

    locator: str
    """`scheme:rest`, as given."""
    digest: str
    """SHA-256 of the raw document."""
    author: str = ""
    trust: Trust = Trust.LOCAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """A unit of intent, pinned by digest when a run starts.

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

    @property
    def digest(self) -> str:
        """SHA-256 over every field: an edited spec is a different spec."""
        return digest_noun(self)
